"""Reads one JSON command per line, answers one per line. train: x, y, parameters, rounds -> model, margin, contributions. load: model, x -> margin, contributions."""
import base64
import json
import sys

import numpy as np
import xgboost as xgb


def matrix(rows, **more):
    return xgb.DMatrix(np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float32), **more)


def answers(booster, rows, **more):
    data = matrix(rows, feature_names=booster.feature_names, **more)
    return dict(margin=booster.predict(data, output_margin=True).astype(float).tolist(), contributions=booster.predict(data, pred_contribs=True).astype(float).tolist())


for line in sys.stdin:
    command = json.loads(line)
    types = dict(feature_types=command["types"], enable_categorical=True) if "types" in command else {}
    if "y" in command:
        booster = xgb.train(dict(command["parameters"], nthread=1), matrix(command["x"], label=command["y"], **types), command["rounds"])
        reply = dict(answers(booster, command["x"], **types), model=booster.save_raw("json").decode(), ubj=base64.b64encode(bytes(booster.save_raw("ubj"))).decode())
    else:
        booster = xgb.Booster(model_file=bytearray(base64.b64decode(command["ubj"]) if "ubj" in command else command["model"].encode()))
        reply = answers(booster, command["x"], **types)
    print(json.dumps(reply), flush=True)
