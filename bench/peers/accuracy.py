"""Answers to the NIST sets. Arguments: lstsq | sklearn | pinv | qr | scipy | numpy, folder, sets joined by commas (a name, and its polynomial degree or 0 and whether it has a constant: Filip:10:1)."""
import os
import sys

from serve import serve

peer, folder, sets = sys.argv[1], sys.argv[2], [one.split(":") for one in sys.argv[3].split(",")]


def table(name):
    import numpy as np

    return np.genfromtxt(os.path.join(folder, name + ".csv"), delimiter=",", names=True)


def design(name, degree, constant):
    import numpy as np

    data = table(name)
    y = data["y"]
    columns = [data["x"] ** k for k in range(1, degree + 1)] if degree > 0 else [data[one] for one in data.dtype.names if one != "y"]
    return np.column_stack(([np.ones(len(y))] if constant else []) + columns), y


def linear():
    import numpy as np

    problems = {name: (*design(name, int(degree), constant == "1"), constant == "1") for name, degree, constant in sets}
    if peer == "lstsq":
        version, solve = np.__version__, lambda x, y, constant: dict(coefficients=np.linalg.lstsq(x, y, rcond=None)[0])
    elif peer == "sklearn":
        import sklearn
        from sklearn.linear_model import LinearRegression

        def solve(x, y, constant):
            fit = LinearRegression(fit_intercept=constant).fit(x[:, 1:] if constant else x, y)
            return dict(coefficients=np.append(fit.intercept_, fit.coef_) if constant else fit.coef_)

        version = sklearn.__version__
    else:
        import statsmodels
        import statsmodels.api as sm

        def solve(x, y, constant):
            fit = sm.OLS(y, x).fit(method=peer)
            told = dict(coefficients=fit.params, se=fit.bse, sd=np.sqrt(fit.mse_resid), r2=fit.rsquared, f=fit.fvalue, t=fit.tvalues, p=fit.pvalues, fp=fit.f_pvalue, interval=fit.conf_int().ravel())
            if peer == "pinv":  # with qr it has no leverages
                rows = fit.get_influence()
                told.update(leverage=rows.hat_matrix_diag, press=(rows.resid_press ** 2).sum(), standardised=rows.resid_studentized_internal, studentised=rows.resid_studentized_external, cook=rows.cooks_distance[0], dffits=rows.dffits[0])
            return told

        version = statsmodels.__version__.split("+")[0]
    return version, lambda: {name: solve(*problem) for name, problem in problems.items()}, flat


def anova():
    import numpy as np

    tables = {one[0]: table(one[0]) for one in sets}
    if peer == "scipy":
        import scipy
        from scipy.stats import f_oneway

        version, f = scipy.__version__, lambda t: f_oneway(*[t["response"][t["treatment"] == k] for k in np.unique(t["treatment"])])[0]
    else:
        import statsmodels
        import statsmodels.api as sm

        version = statsmodels.__version__.split("+")[0]
        f = lambda t: sm.OLS(t["response"], np.column_stack([np.ones(len(t))] + [t["treatment"] == k for k in np.unique(t["treatment"])[1:]])).fit().fvalue
    return version, lambda: {name: dict(f=f(one)) for name, one in tables.items()}, flat


def univariate():
    import numpy as np

    def summary(y):
        e = y - y.mean()
        return dict(mean=y.mean(), sd=y.std(ddof=1), r1=(e[1:] * e[:-1]).sum() / (e * e).sum())

    tables = {one[0]: table(one[0])["y"] for one in sets}
    return np.__version__, lambda: {name: summary(y) for name, y in tables.items()}, flat


def flat(results):
    """What is not finite is no answer."""
    import numpy as np

    known = {f"{name}.{key}": np.atleast_1d(np.asarray(value, dtype=float)) for name, result in results.items() for key, value in result.items()}
    return {name: value for name, value in known.items() if np.isfinite(value).all()}


serve(dict(linear=linear, anova=anova, univariate=univariate)[os.path.basename(folder)])
