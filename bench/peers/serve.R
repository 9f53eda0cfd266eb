# The side of a peer in a contest, in R; the protocol is that of serve.py.
number <- function(v) {
  text <- formatC(as.numeric(v), digits = 17, format = "g", width = 1)
  if (length(text) == 1) text else paste0("[", paste(text, collapse = ","), "]")
}
reply <- function(fields) {
  cat("{", paste(sprintf('"%s":%s', names(fields), fields), collapse = ","), "}\n", sep = "")
  flush(stdout())
}
needs <- function(package) {
  if (!requireNamespace(package, quietly = TRUE)) {
    reply(list(absent = sprintf('"the R package %s is not installed"', package)))
    quit(status = 0)
  }
}
problem <- function(path, n, p) { # the file is row-major: x, then y
  v <- readBin(path, "double", file.size(path) / 8, endian = "little")
  list(x = matrix(v[seq_len(n * p)], n, p, byrow = TRUE), y = v[-seq_len(n * p)])
}
serve <- function(version, work, answers) {
  reply(list(ready = "true", version = sprintf('"%s"', version)))
  input <- file("stdin", "r")
  repeat {
    words <- strsplit(readLines(input, 1), " ")[[1]]
    if (length(words) == 0 || words[1] == "end") break
    if (words[1] == "run") {
      times <- as.integer(words[2])
      cpu <- proc.time(); wall <- as.numeric(Sys.time())
      for (i in seq_len(times)) result <- work()
      wall <- as.numeric(Sys.time()) - wall; cpu <- proc.time() - cpu
      reply(list(wall_s = number(wall / times), cpu_s = number((cpu[[1]] + cpu[[2]]) / times)))
    } else reply(lapply(answers(result), number))
  }
}
