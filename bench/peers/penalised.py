"""Ridge paths and cross-validated lasso and elastic net. Arguments: ridge | ridgecv | enetcv, file, n, p, then largest and smallest penalty and their number (ridge) or the L1 share (enetcv)."""
import sys

from serve import problem, serve

peer, path, n, p = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def ridge():
    import numpy as np
    import sklearn
    from sklearn.linear_model import Ridge, RidgeCV

    x, y = problem(path, n, p)
    top, bottom, count = float(sys.argv[5]), float(sys.argv[6]), int(sys.argv[7])
    penalties = n * np.geomspace(top, bottom, count)
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    x = (x - mean) / deviation
    if peer == "ridge":
        work = lambda: np.array([Ridge(alpha=one, solver="cholesky").fit(x, y).coef_ for one in penalties])
        return sklearn.__version__, work, lambda b: dict(coefficients=(b / deviation).ravel())
    work = lambda: RidgeCV(alphas=penalties, store_cv_values=True).fit(x, y)
    return sklearn.__version__, work, lambda fit: dict(leave_one_out=fit.cv_values_.mean(axis=0), chosen=float(fit.alpha_ / n))


def enetcv():
    import numpy as np
    import sklearn
    from sklearn.linear_model import ElasticNetCV, LassoCV
    from sklearn.model_selection import KFold

    x, y = problem(path, n, p)
    x = np.asfortranarray(x)
    share = float(sys.argv[5])
    common = dict(eps=1e-3, n_alphas=100, cv=KFold(5))
    model = LassoCV(**common) if share == 1 else ElasticNetCV(l1_ratio=share, **common)
    answers = lambda fit: dict(lambda_largest=float(fit.alphas_[0]), lambda_min=float(fit.alpha_), cv_error=float(fit.mse_path_.mean(axis=1).min()), coefficients=fit.coef_)
    return sklearn.__version__, lambda: model.fit(x, y), answers


serve(enetcv if peer == "enetcv" else ridge)
