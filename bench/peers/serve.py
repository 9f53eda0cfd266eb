"""The side of a peer in a contest: loads once, then works whenever it is told to. See harness/peer-process.ts for the protocol."""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
# what a library prints must not look like a reply
replies, sys.stdout = sys.stdout, sys.stderr


def reply(**fields):
    replies.write(json.dumps(fields) + "\n")
    replies.flush()


def serve(prepare):
    """prepare() imports, loads and returns (version, work, answers); answers(result) gives numbers or lists of numbers by name."""
    try:
        version, work, answers = prepare()
    except ModuleNotFoundError as missing:
        return reply(absent=f"the Python module {missing.name} is not installed")
    reply(ready=True, version=str(version))
    result = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "run":
            times = int(words[1])
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(times):
                result = work()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            reply(wall_s=wall / times, cpu_s=cpu / times)
        elif words[0] == "answers":
            reply(**{name: value.tolist() if hasattr(value, "tolist") else value for name, value in answers(result).items()})
        else:
            return None


def problem(path, n, p):
    """x (n by p, C order) and y from a file of little-endian doubles."""
    import numpy as np

    values = np.fromfile(path, dtype="<f8")
    return values[: n * p].reshape(n, p), values[n * p:]
