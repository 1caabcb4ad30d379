"""How gunicorn serves the site, wherever it is started from.

Its log lines are ours: its own name the address of whoever sent what it cannot read. Its threads
get whole requests, so that nobody keeps them by sending slowly.
"""

import resource
from typing import Any

from gunicorn import glogging

from factcheck.logs import JSONFormatter


class Logger(glogging.Logger):
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JSONFormatter())


logger_class = Logger
# The server in front keeps an access log, or none: docs/administration.md.
accesslog = None
# Nobody steers it but the one who started it.
control_socket_disable = True

worker_class = "factcheck.worker.PatientWorker"
threads = 4
worker_connections = 1000

# Each connection is a file, and a large body that has not come whole is another.
_FILES = 2 * worker_connections + 200
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft < _FILES <= _hard:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _hard))
