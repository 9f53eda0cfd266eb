"""Boosting, forests. Arguments: boost | forest | auc, sklearn | xgboost | lightgbm, objective, file (float32 x, then float64 y), n, p, trees, leaves; auc: file of other rows, their number, bins."""
import sys

from serve import serve

task, peer, objective, path = sys.argv[1:5]
n, p, trees, leaves = map(int, sys.argv[5:9])


def prepare():
    import numpy as np

    raw = np.fromfile(path, dtype=np.uint8)
    x = raw[: 4 * n * p].view("<f4").reshape(n, p)
    y = raw[4 * n * p:].view("<f8")
    binary = objective == "logistic"
    loss = (lambda s: float(np.mean(np.logaddexp(0, s) - y * s))) if binary else (lambda s: float(np.mean((s - y) ** 2)))
    if task == "auc":
        return areas(np, x, y)
    if task == "forest":
        import sklearn
        from sklearn.ensemble import RandomForestRegressor

        work = lambda: RandomForestRegressor(trees, max_features=4, n_jobs=1, random_state=1).fit(x, y)
        return sklearn.__version__, work, lambda model: dict(nodes=float(sum(tree.tree_.node_count for tree in model.estimators_)))
    if peer == "sklearn":
        import sklearn
        from sklearn.ensemble import HistGradientBoostingClassifier as Classifier, HistGradientBoostingRegressor as Regressor

        kind = Classifier if binary else Regressor
        work = lambda: kind(max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.1, min_samples_leaf=20, early_stopping=False).fit(x, y)
        return sklearn.__version__, work, lambda model: dict(loss=loss(model.decision_function(x) if binary else model.predict(x)))
    if peer == "xgboost":
        import xgboost

        settings = dict(objective="binary:logistic" if binary else "reg:squarederror", tree_method="hist", grow_policy="lossguide", max_leaves=leaves, max_depth=0, max_bin=255, eta=0.1, nthread=1)
        work = lambda: xgboost.train(settings, xgboost.DMatrix(x, label=y, nthread=1), trees)
        # it has no least number of rows in a leaf: its training loss is another model's
        return xgboost.__version__, work, lambda model: dict(trees=float(model.num_boosted_rounds()))
    import lightgbm

    settings = dict(objective="binary" if binary else "regression", num_leaves=leaves, learning_rate=0.1, num_threads=1, verbosity=-1)
    work = lambda: lightgbm.train(settings, lightgbm.Dataset(x, y), trees)
    return lightgbm.__version__, work, lambda model: dict(loss=loss(model.predict(x, raw_score=True)))


def areas(np, x, y):
    from sklearn.metrics import roc_auc_score

    held = int(sys.argv[10])
    raw = np.fromfile(sys.argv[9], dtype=np.uint8)
    x_held = raw[: 4 * held * p].view("<f4").reshape(held, p)
    y_held = raw[4 * held * p:].view("<f8")
    bins = [int(one) for one in sys.argv[11].split(",")]
    if peer == "sklearn":
        import sklearn
        from sklearn.ensemble import HistGradientBoostingClassifier

        version = sklearn.__version__
        fit = lambda b: HistGradientBoostingClassifier(max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.1, min_samples_leaf=20, early_stopping=False, max_bins=b).fit(x, y).decision_function(x_held)
    elif peer == "xgboost":
        import xgboost

        version = xgboost.__version__
        settings = dict(objective="binary:logistic", tree_method="hist", grow_policy="lossguide", max_leaves=leaves, max_depth=0, eta=0.1, nthread=1)
        fit = lambda b: xgboost.train(dict(settings, max_bin=b), xgboost.DMatrix(x, label=y, nthread=1), trees).predict(xgboost.DMatrix(x_held), output_margin=True)
    else:
        import lightgbm

        version = lightgbm.__version__
        fit = lambda b: lightgbm.train(dict(objective="binary", num_leaves=leaves, learning_rate=0.1, num_threads=1, verbosity=-1), lightgbm.Dataset(x, y, params=dict(max_bin=b, verbosity=-1)), trees).predict(x_held, raw_score=True)
    return version, lambda: [fit(b) for b in bins], lambda scores: {"auc_like_xgboost" if peer == "xgboost" else "auc": float(np.mean([roc_auc_score(y_held, one) for one in scores]))}


serve(prepare)
