"""Reference values of statsmodels, scipy and R for the statistics of residuals. Writes peer.json beside itself.
Run with a Python that has numpy, scipy, statsmodels, and Rscript on the path."""
import json, os, subprocess
import numpy as np, pandas as pd, scipy.stats as st, statsmodels.api as sm
from scipy.integrate import quad
from statsmodels.stats.diagnostic import het_white, het_breuschpagan, normal_ad
from statsmodels.stats.stattools import jarque_bera

HERE = os.path.dirname(os.path.abspath(__file__))


def uniform(seed, n):
    state, out = seed, []
    for _ in range(n):
        state = (state * 16807) % 2147483647
        out.append(state / 2147483647)
    return np.array(out)


def exact_dw(x, d):
    """P(D < d) from the eigenvalues of M(A - d)M and Imhof's integral."""
    n = len(x)
    a = np.diag(np.r_[1, np.full(n - 2, 2.0), 1]) - np.eye(n, k=1) - np.eye(n, k=-1)
    q = np.linalg.qr(x, mode="complete")[0][:, np.linalg.matrix_rank(x):]
    mu = np.linalg.eigvalsh(q.T @ (a - d * np.eye(n)) @ q)
    scale = np.sqrt(2 * (mu ** 2).sum())
    mu = mu / scale

    def f(u):
        return np.sin(0.5 * np.arctan(mu * u).sum()) / (u * np.prod((1 + (mu * u) ** 2) ** 0.25))
    total, at = 0.0, 0.0
    for step in [1e-3, 0.1, 0.5] + [1.0] * 40 + [10.0] * 40 + [10.0 ** k for k in range(3, 15)]:
        total += quad(f, at if at > 0 else 1e-12, at + step, epsabs=1e-14, epsrel=1e-13, limit=500)[0]
        at += step
    return 0.5 - total / np.pi


out = {}
d = pd.read_csv(os.path.join(HERE, "../regression/brush72.csv"))
brush = [(d.brush == b).astype(float) for b in ("A11", "A21", "A32")]
x = np.column_stack([np.ones(len(d)), d.speed, d.feed, d.depth, *brush, (d.material == "Alumi").astype(float)])
fit = sm.OLS(d.y.values, x).fit()
group = (d.speed // 1000).values
out["cluster"] = {
    "group": group.tolist(),
    "CR0": np.sqrt(np.diag(fit.get_robustcov_results("cluster", groups=group, use_correction=False).cov_params())).tolist(),
    "CR1": np.sqrt(np.diag(fit.get_robustcov_results("cluster", groups=group).cov_params())).tolist(),
}
settings = x[:, :4]
small = sm.OLS(d.y.values, settings).fit()
lm, p, _, _ = het_white(small.resid, settings)
out["white"] = {"statistic": lm, "p": p}
lm, p, _, _ = het_breuschpagan(small.resid, settings, robust=False)
out["breuschPagan"] = {"statistic": lm, "p": p}

samples = []
for n, seed, power in [(3, 1, 1), (4, 2, 1), (5, 3, 2), (7, 4, 1), (11, 5, 1), (12, 6, 1), (25, 7, 2), (60, 8, 1), (500, 9, 1), (5000, 10, 1)]:
    # Sum of twelve uniforms, raised to a power: near normal, or skewed.
    v = uniform(seed, 12 * n).reshape(n, 12).sum(axis=1) ** power
    r = subprocess.run(["Rscript", "-e", "x<-scan('stdin',quiet=TRUE); s<-shapiro.test(x); cat(sprintf('%.17g %.17g', s$statistic, s$p.value))"],
                       input=" ".join(repr(float(t)) for t in v), capture_output=True, text=True, check=True).stdout.split()
    row = {"n": n, "seed": seed, "power": power, "shapiro": [float(t) for t in r], "jarqueBera": [float(t) for t in jarque_bera(v)[:2]]}
    if n >= 8:
        row["andersonDarling"] = [float(t) for t in normal_ad(v)]
        row["dagostino"] = [float(t) for t in st.normaltest(v)]
    samples.append(row)
out["samples"] = samples

dw = [{"data": "brush72 main effects", "d": sm.stats.durbin_watson(fit.resid), "p": exact_dw(x, sm.stats.durbin_watson(fit.resid))}]
for n, seed, rho in [(6, 21, 0.0), (9, 22, -0.5), (40, 23, 0.6), (150, 24, 0.1)]:
    u = uniform(seed, 2 * n) - 0.5
    trend = np.column_stack([np.ones(n), np.arange(n), u[:n]])
    e = u[n:].copy()
    for i in range(1, n):
        e[i] += rho * e[i - 1]
    for cols in (trend, trend[:, 2:]):
        r = sm.OLS(e, cols).fit().resid
        stat = sm.stats.durbin_watson(r)
        dw.append({"n": n, "seed": seed, "rho": rho, "intercept": cols.shape[1] == 3, "d": stat, "p": exact_dw(cols, stat)})
out["durbinWatson"] = dw

# Lilliefors: where the 90 %, 95 %, 99 % and 50 % points lie, 400,000 samples of each size.
rng = np.random.default_rng(7)
lillie = []
for n in (5, 20, 72, 300):
    parts = []
    for _ in range(40):
        z = rng.standard_normal((10000, n))
        z = np.sort((z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, ddof=1, keepdims=True), axis=1)
        c = st.norm.cdf(z)
        i = np.arange(n)
        parts.append(np.maximum(((i + 1) / n - c).max(axis=1), (c - i / n).max(axis=1)))
    s = np.concatenate(parts)
    lillie.append({"n": n, "quantiles": {str(q): float(np.quantile(s, 1 - q)) for q in (0.5, 0.2, 0.1, 0.05, 0.01)}})
out["lilliefors"] = lillie
json.dump(out, open(os.path.join(HERE, "peer.json"), "w"), indent=1)
