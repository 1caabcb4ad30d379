"""How gunicorn serves the site, wherever it is started from: its log lines are ours.

Its own lines name the address of whoever sent what it cannot read.
"""

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
