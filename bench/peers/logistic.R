# glm and its summary as text; with "influence" also leverages and Cook's distances. Arguments: glm | influence, file, n, p.
words <- commandArgs(TRUE)
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))), "serve.R"))
n <- as.integer(words[3]); p <- as.integer(words[4])
d <- problem(words[2], n, p)
frame <- data.frame(y = d$y, d$x)
work <- function() {
  fit <- glm(y ~ ., binomial, frame)
  s <- summary(fit)
  capture.output(print(s))
  rows <- if (words[1] == "influence") {
    i <- influence(fit, do.coef = FALSE)
    list(leverage = i$hat, cook = cooks.distance(fit, i))
  }
  list(fit = fit, summary = s, rows = rows)
}
answers <- function(r) {
  first <- seq_len(min(200, n))
  rows <- if (is.null(r$rows)) NULL else list(leverage = unname(r$rows$leverage[first]), cook = unname(r$rows$cook[first]))
  c(list(coefficients = unname(coef(r$fit)), standard_errors = unname(r$summary$coefficients[, 2]), deviance = deviance(r$fit)), rows)
}
serve(as.character(getRversion()), work, answers)
