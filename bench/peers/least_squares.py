"""Least squares with an intercept. Arguments: lstsq | normal | statsmodels | influence | influence_vif, file, n, p."""
import sys

from serve import problem, serve

peer, path, n, p = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def prepare():
    import numpy as np

    x, y = problem(path, n, p)
    x = np.column_stack([np.ones(n), x])
    rss = lambda b: float(((y - x @ b) ** 2).sum())
    bare = lambda b: dict(coefficients=b, rss=rss(b))
    if peer == "lstsq":
        return np.__version__, lambda: np.linalg.lstsq(x, y, rcond=None)[0], bare
    if peer == "normal":
        from scipy.linalg import cho_factor, cho_solve

        return np.__version__, lambda: cho_solve(cho_factor(x.T @ x), x.T @ y), bare
    import statsmodels
    import statsmodels.api as sm
    from statsmodels.stats.outliers_influence import variance_inflation_factor as inflation

    def work():
        fit = sm.OLS(y, x).fit()
        fit.summary().as_text()
        if peer == "statsmodels":
            return fit, None, None
        influence = fit.get_influence()
        # its external residuals refit the model n times (0.13), which ends in reasonable time for small n only
        outside = influence.resid_studentized_external if peer == "influence_vif" else None
        rows = influence.hat_matrix_diag, influence.cooks_distance[0], influence.resid_studentized_internal, outside
        return fit, rows, [inflation(x, j) for j in range(1, p + 1)] if peer == "influence_vif" else None

    def answers(result):
        fit, rows, vif = result
        known = dict(coefficients=fit.params, rss=float(fit.ssr), standard_errors=fit.bse, r_squared=float(fit.rsquared), t=fit.tvalues,
                     f=float(fit.fvalue), interval_low=fit.conf_int()[:, 0])
        if rows is not None:
            leverage, cook, standardised, studentised = rows
            known.update(leverage=leverage[:200], cook_largest=float(cook.max()), cook=cook[:200], standardised=standardised[:200])
            if studentised is not None:
                known.update(studentised=studentised[:200])
        if vif is not None:
            known.update(vif=vif)
        return known

    return statsmodels.__version__.split("+")[0], work, answers


serve(prepare)
