"""./dev observe: a wire under load with Prometheus and the console, to look at.

    run.py [--seconds N] [--pace N] [--data-dir DIR] [--any-port]

Everything listens on loopback, and ends with Ctrl-C or after N seconds.
"""

import argparse
import pathlib
import shutil
import signal
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "integration"))

import harness  # pylint: disable=wrong-import-position
import load  # pylint: disable=wrong-import-position
from prometheus import Prometheus  # pylint: disable=wrong-import-position

FIXED = {"internal": 7400, "partner": 7401, "ops": 7490}

SAID = """
A small newspaper is at work, on loopback. Ctrl-C ends all of it.

  console     http://{ops}/console
  metrics     http://{ops}/metrics
  Prometheus  http://{prometheus}/classic/alerts
              http://{prometheus}/classic/rules
  RPCs        {internal}; partners {partner}
  data        {data}

For Grafana: add {prometheus} as a data source, and import deploy/grafana/*.json.
"""


def arguments():
    parser = argparse.ArgumentParser(
        prog="./dev observe",
        description="A wire under load, Prometheus and the console, to look at.",
        epilog="Example: ./dev observe --seconds 60")
    parser.add_argument("--seconds", type=float,
                        help="end by itself after so many; default: at Ctrl-C")
    parser.add_argument("--pace", type=float, default=4,
                        help="what editors do in a second; default 4")
    parser.add_argument("--data-dir", type=pathlib.Path,
                        help="an empty folder to keep; default: a temporary one")
    parser.add_argument("--any-port", action="store_true",
                        help="let the system choose ports, also of Prometheus")
    return parser.parse_args()


def main():
    given = arguments()
    if given.data_dir and given.data_dir.exists() and any(
            given.data_dir.iterdir()):
        sys.exit(f"observe: {given.data_dir} is not empty; the load wants a "
                 "wire of its own")
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-observe-"))
    ports = {} if given.any_port else FIXED
    server = harness.Server(
        given.data_dir or folder / "data", "partners.acknowledge_within=30s",
        *load.equip(folder),
        *(f"listeners.{name}.address=127.0.0.1:{port}"
          for name, port in ports.items()))
    prometheus = work = None
    try:
        server.start()
        prometheus = Prometheus(
            folder / "prometheus", server.ops,
            f"127.0.0.1:{0 if given.any_port else 9090}").start()
        work = load.Load(server, folder,
                         steps_per_second=given.pace).start()
        print(SAID.format(ops=server.ops, internal=server.internal,
                          partner=server.partner, data=server.data_dir,
                          prometheus=prometheus.address), flush=True)
        over.wait(given.seconds)
        print(f"Ending, after {work.steps} steps.", flush=True)
    except AssertionError as error:
        sys.exit(f"observe: {error}\nIf a port is taken: ./dev observe "
                 "--any-port")
    finally:
        for part in (work, prometheus, server):
            if part:
                part.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if work.failures:
        sys.exit("observe: the load broke: " + "; ".join(work.failures))


if __name__ == "__main__":
    main()
