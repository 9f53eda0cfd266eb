# lm and its summary as text; with "influence" also leverages, Cook's distances and studentised residuals. Arguments: lm | influence, file, n, p.
words <- commandArgs(TRUE)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "serve.R"))
n <- as.integer(words[3]); p <- as.integer(words[4])
d <- problem(words[2], n, p)
frame <- data.frame(y = d$y, d$x)
work <- function() {
  fit <- lm(y ~ ., frame)
  s <- summary(fit)
  capture.output(print(s))
  rows <- if (words[1] == "influence") list(leverage = hatvalues(fit), cook = cooks.distance(fit), studentised = rstudent(fit))
  list(fit = fit, summary = s, rows = rows)
}
answers <- function(r) {
  known <- list(coefficients = unname(coef(r$fit)), rss = sum(resid(r$fit)^2), standard_errors = unname(r$summary$coefficients[, 2]),
                r_squared = r$summary$r.squared, t = unname(r$summary$coefficients[, 3]), f = unname(r$summary$fstatistic[1]),
                interval_low = unname(confint(r$fit)[, 1]))
  if (!is.null(r$rows)) {
    first <- seq_len(min(200, n))
    known <- c(known, list(leverage = unname(r$rows$leverage[first]), cook = unname(r$rows$cook[first]), cook_largest = max(r$rows$cook), studentised = unname(r$rows$studentised[first])))
  }
  known
}
serve(as.character(getRversion()), work, answers)
