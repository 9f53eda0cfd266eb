"""Front of points to minimise: take the next point by coordinate sum, drop all that it dominates. Arguments: file, n, m."""
import sys

from serve import serve

path, n, m = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def prepare():
    import numpy as np

    points = np.fromfile(path, dtype="<f8").reshape(n, m)

    def front():
        order = np.argsort(points.sum(1), kind="stable")
        left, i = points[order], 0
        while i < len(left):
            keep = (left < left[i]).any(1)
            keep[: i + 1] = True
            left, order, i = left[keep], order[keep], i + 1
        return order

    return np.__version__, front, lambda order: dict(front=float(len(order)), index_sum=float(order.sum()))


serve(prepare)
