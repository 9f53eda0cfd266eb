"""Tuned peers on the public regression sets with their stored folds, for `npm run bench -- nonlinear --case public-sets`.

Nested: in every stored outer fold each library is tuned by Optuna's TPE on inner folds of the training side, refitted and scored once on the held-out fold.
usage: uci_tuned.py DATA_FOLDER OUT.json [SET ...]
"""
import json, os, sys, time
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np, optuna, pandas as pd, sklearn, xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

optuna.logging.set_verbosity(optuna.logging.WARNING)

# rows up to: trials, inner folds (0: one holdout of a fifth), trees of a forest
BUDGETS = [(1000, 20, 4, 200), (2000, 15, 3, 200), (6000, 10, 2, 150), (10**9, 6, 0, 100)]


def xgb(t, trees):
    return xgboost.XGBRegressor(tree_method="hist", n_jobs=1, random_state=0, n_estimators=t.suggest_int("n_estimators", 50, 500), max_depth=t.suggest_int("max_depth", 3, 10),
        learning_rate=t.suggest_float("learning_rate", 0.01, 0.3, log=True), subsample=t.suggest_float("subsample", 0.6, 1), colsample_bytree=t.suggest_float("colsample_bytree", 0.6, 1),
        reg_lambda=t.suggest_float("reg_lambda", 0.01, 10, log=True), min_child_weight=t.suggest_int("min_child_weight", 1, 10))


def hgb(t, trees):
    return HistGradientBoostingRegressor(random_state=0, max_iter=t.suggest_int("max_iter", 50, 400), learning_rate=t.suggest_float("learning_rate", 0.02, 0.3, log=True),
        max_leaf_nodes=t.suggest_int("max_leaf_nodes", 5, 63, log=True), min_samples_leaf=t.suggest_int("min_samples_leaf", 2, 50, log=True), l2_regularization=t.suggest_float("l2_regularization", 1e-3, 10, log=True))


def forest(t, trees):
    return RandomForestRegressor(n_estimators=trees, n_jobs=1, random_state=0, max_depth=t.suggest_int("max_depth", 3, 50), min_samples_leaf=t.suggest_int("min_samples_leaf", 1, 15), max_features=t.suggest_float("max_features", 0.2, 1))


MODELS = {"xgboost": xgb, "hist_gradient_boosting": hgb, "random_forest": forest}


def table(folder, s):
    frame = pd.read_csv(os.path.join(folder, s["file"])).drop(columns=s["dropped"])
    folds = np.loadtxt(os.path.join(folder, s["fold_file"]), dtype=int)
    text = s["categorical"]
    numeric = [c for c in frame.columns if c != s["target"] and c not in text]
    prepare = make_column_transformer((make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric), (OneHotEncoder(handle_unknown="ignore", sparse_output=False), text))
    return frame.drop(columns=[s["target"]]), frame[s["target"]].to_numpy(float), folds, prepare


def tuned(make, x, y, trials, inner, trees):
    cv = KFold(inner, shuffle=True, random_state=1) if inner else [next(KFold(5, shuffle=True, random_state=1).split(x))]
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=42))
    study.optimize(lambda t: cross_val_score(make(t, trees), x, y, cv=cv, scoring="r2").mean(), n_trials=trials)
    return make(optuna.trial.FixedTrial(study.best_params), trees).fit(x, y)


def main(folder, out, *only):
    with open(os.path.join(folder, "baselines.json")) as file:
        sets = json.load(file)["results"]
    found = {"meta": {"optuna": optuna.__version__, "scikit_learn": sklearn.__version__, "xgboost": xgboost.__version__, "budgets": "rows up to, trials, inner folds, trees of a forest: %s" % BUDGETS}, "results": {}}
    if os.path.exists(out):
        with open(out) as file:
            found = json.load(file)
    for name, s in sorted(sets.items(), key=lambda item: item[1]["rows_used"]):
        if s["task"] != "regression" or (only and name not in only):
            continue
        frame, y, folds, prepare = table(folder, s)
        _, trials, inner, trees = next(b for b in BUDGETS if len(y) <= b[0])
        scores = found["results"].setdefault(name, {})
        for model in ["elastic_net", *MODELS]:
            if model in scores:
                continue
            start, r2 = time.process_time(), []
            for k in sorted(set(folds)):
                train, held = folds != k, folds == k
                own = make_pipeline(prepare).fit(frame[train])
                x, z = own.transform(frame[train]), own.transform(frame[held])
                fitted = ElasticNetCV(l1_ratio=[0.1, 0.5, 0.9, 1], cv=5, random_state=0).fit(x, y[train]) if model == "elastic_net" else tuned(MODELS[model], x, y[train], trials, inner, trees)
                r2.append(1 - np.sum((y[held] - fitted.predict(z)) ** 2) / np.sum((y[held] - y[held].mean()) ** 2))
            scores[model] = {"r2": [round(float(v), 6) for v in r2], "cpu_s": round(time.process_time() - start, 1)}
            print(name, model, round(float(np.mean(r2)), 4), scores[model]["cpu_s"], flush=True)
            with open(out, "w") as file:
                json.dump(found, file, indent=1)


main(*sys.argv[1:])
