"""Gaussian process, kernel C * RBF (one length scale) + White, default start and one random one. Arguments: file, n, p."""
import sys

from serve import problem, serve

path, n, p = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def prepare():
    import sklearn
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    x, y = problem(path, n, p)
    work = lambda: GaussianProcessRegressor(ConstantKernel(1.0) * RBF(1.0) + WhiteKernel(0.1), n_restarts_optimizer=1, normalize_y=True, random_state=1).fit(x, y)
    return sklearn.__version__, work, lambda m: dict(log_likelihood=float(m.log_marginal_likelihood_value_))


serve(prepare)
