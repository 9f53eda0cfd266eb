"""Logistic regression with an intercept. Arguments: newton | lbfgs | statsmodels, file, n, p, ridge penalty (0: none)."""
import sys

from serve import problem, serve

peer, path, n, p, ridge = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])


def prepare():
    import numpy as np

    x, y = problem(path, n, p)
    if peer == "statsmodels":
        import statsmodels
        import statsmodels.api as sm

        x = np.column_stack([np.ones(n), x])

        def work():
            fit = sm.Logit(y, x).fit(disp=0)
            fit.summary().as_text()
            return fit

        return statsmodels.__version__.split("+")[0], work, lambda fit: dict(coefficients=fit.params, standard_errors=fit.bse, deviance=float(-2 * fit.llf))
    import sklearn
    from sklearn.linear_model import LogisticRegression

    penalty = dict(penalty="l2", C=1 / ridge) if ridge > 0 else dict(penalty=None)
    model = LogisticRegression(solver="newton-cholesky" if peer == "newton" else "lbfgs", max_iter=1000, **penalty)
    return sklearn.__version__, lambda: model.fit(x, y), lambda fit: dict(coefficients_loose=np.append(fit.intercept_, fit.coef_))


serve(prepare)
