# Answers to the NIST sets. Arguments: lm | lm14 (tolerance 1e-14) | aov | summary, folder, sets joined by commas as for accuracy.py.
words <- commandArgs(TRUE)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "serve.R"))
peer <- words[1]; folder <- words[2]
sets <- strsplit(strsplit(words[3], ",")[[1]], ":")
tables <- lapply(sets, function(one) read.csv(file.path(folder, paste0(one[1], ".csv"))))
linear <- function(one, d) {
  degree <- as.integer(one[2])
  terms <- if (degree > 0) paste0("I(x^", seq_len(degree), ")") else setdiff(names(d), "y")
  fit <- lm(reformulate(terms, "y", one[3] == "1"), d, tol = if (peer == "lm14") 1e-14 else 1e-7)
  s <- suppressWarnings(summary(fit))
  list(coefficients = unname(coef(fit)), se = if (anyNA(coef(fit))) NA else unname(s$coefficients[, 2]), sd = s$sigma, r2 = s$r.squared, f = unname(s$fstatistic[1]),
    t = if (anyNA(coef(fit))) NA else unname(s$coefficients[, 3]), p = if (anyNA(coef(fit))) NA else unname(s$coefficients[, 4]), fp = unname(pf(s$fstatistic[1], s$fstatistic[2], s$fstatistic[3], lower.tail = FALSE)),
    interval = as.vector(t(confint(fit))), leverage = unname(hatvalues(fit)), press = sum((resid(fit) / (1 - hatvalues(fit)))^2),
    standardised = unname(rstandard(fit)), studentised = unname(rstudent(fit)), cook = unname(cooks.distance(fit)), dffits = unname(dffits(fit)))
}
anova_f <- function(d) {
  d$treatment <- factor(d$treatment)
  list(f = if (peer == "aov") summary(aov(response ~ treatment, d))[[1]][["F value"]][1] else unname(summary(lm(response ~ treatment, d))$fstatistic[1]))
}
work <- function() mapply(function(one, d) switch(basename(folder), linear = linear(one, d), anova = anova_f(d), list(mean = mean(d$y), sd = sd(d$y), r1 = acf(d$y, 1, plot = FALSE)$acf[2])), sets, tables, SIMPLIFY = FALSE)
answers <- function(results) { # what is not finite is no answer
  names(results) <- vapply(sets, `[`, "", 1)
  known <- unlist(lapply(names(results), function(name) setNames(results[[name]], paste0(name, ".", names(results[[name]])))), recursive = FALSE)
  Filter(function(v) all(is.finite(v)), known)
}
serve(as.character(getRversion()), work, answers)
