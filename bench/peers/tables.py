"""Reading a table into columns. Arguments: csv | pandas | openpyxl, file."""
import sys

from serve import serve

peer, path = sys.argv[1], sys.argv[2]


def read_csv_module():
    import csv

    def work():
        with open(path, newline="") as file:
            rows = csv.reader(file)
            head = next(rows)
            columns = list(zip(*rows))
        return {name: column if name == "cat" else list(map(float, column)) for name, column in zip(head, columns)}

    return sys.version.split()[0], work, lambda t: dict(rows=len(t["id"]), f0=sum(t["f0"]), k=sum(t["k"]), words=len(set(t["cat"])))


def read_pandas():
    import pandas as pd

    return pd.__version__, lambda: pd.read_csv(path), lambda t: dict(rows=len(t), f0=float(t.f0.sum()), k=float(t.k.sum()), words=int(t.cat.nunique()))


def read_openpyxl():
    import openpyxl

    def work():
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        return dict(zip(next(rows), zip(*rows)))

    return openpyxl.__version__, work, lambda t: dict(rows=len(t["id"]), f0=sum(t["f0"]), k=sum(t["k"]), words=len(set(t["cat"])))


serve(dict(csv=read_csv_module, pandas=read_pandas, openpyxl=read_openpyxl)[peer])
