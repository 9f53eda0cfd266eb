# glmnet. Arguments: ridge | enetcv, file, n, p, then largest and smallest penalty and their number (ridge) or the L1 share (enetcv).
words <- commandArgs(TRUE)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "serve.R"))
needs("glmnet")
suppressMessages(library(glmnet))
n <- as.integer(words[3]); p <- as.integer(words[4])
d <- problem(words[2], n, p)
if (words[1] == "ridge") {
  # glmnet divides y by its deviation first, which multiplies a ridge penalty
  ends <- as.numeric(words[5:6])
  lambda <- exp(seq(log(ends[1]), log(ends[2]), length.out = as.integer(words[7]))) * sqrt(mean((d$y - mean(d$y))^2))
  work <- function() glmnet(d$x, d$y, alpha = 0, lambda = lambda)
  answers <- function(fit) list(coefficients_loose = as.vector(as.matrix(fit$beta)))
} else {
  fold <- ((seq_len(n) - 1) * 5) %/% n + 1
  work <- function() cv.glmnet(d$x, d$y, alpha = as.numeric(words[5]), nlambda = 100, lambda.min.ratio = 1e-3, standardize = FALSE, foldid = fold)
  answers <- function(fit) list(lambda_largest = fit$lambda[1], lambda_min = fit$lambda.min, cv_error = min(fit$cvm), coefficients = as.vector(coef(fit, s = fit$lambda.min))[-1])
}
serve(as.character(packageVersion("glmnet")), work, answers)
