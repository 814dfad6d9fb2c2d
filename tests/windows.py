"""What this package would find on Windows, for a process of its own: ``install()`` before any of its modules is loaded.

Modules of the package alone see a system without what Windows lacks; the libraries, which have other ways there, see
this one. What is lacking is what Python's documentation says is available on Unix alone.
"""

from __future__ import annotations

import builtins
import importlib
import types

MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty", "curses"}
LACKING = {
    "os": {
        *(
            "fork",
            "forkpty",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "getgroups",
            "setuid",
            "setsid",
            "setpgid",
            "killpg",
        ),
        *(
            "getpgid",
            "getpgrp",
            "chown",
            "fchown",
            "lchown",
            "fchmod",
            "fchdir",
            "chroot",
            "mkfifo",
            "mknod",
            "nice",
            "uname",
        ),
        *(
            "sched_getaffinity",
            "sched_setaffinity",
            "sched_yield",
            "getpriority",
            "setpriority",
            "wait",
            "wait3",
            "wait4",
        ),
        *(
            "waitid",
            "WIFSIGNALED",
            "WTERMSIG",
            "WIFEXITED",
            "WEXITSTATUS",
            "WNOHANG",
            "statvfs",
            "fstatvfs",
            "sync",
            "fdatasync",
        ),
        *(
            "pread",
            "pwrite",
            "posix_fadvise",
            "posix_fallocate",
            "posix_spawn",
            "sendfile",
            "ctermid",
            "ttyname",
            "openpty",
        ),
        *(
            "getloadavg",
            "sysconf",
            "confstr",
            "pathconf",
            "register_at_fork",
            "memfd_create",
            "pipe2",
            "lockf",
            "initgroups",
        ),
        *(
            "O_NOFOLLOW",
            "O_CLOEXEC",
            "O_DIRECTORY",
            "O_NONBLOCK",
            "O_SYNC",
            "O_TMPFILE",
            "O_NOCTTY",
            "environb",
            "fsencodeb",
        ),
        *(
            "getxattr",
            "setxattr",
            "copy_file_range",
            "splice",
            "major",
            "minor",
            "makedev",
            "EX_OK",
            "P_PID",
            "RTLD_LAZY",
        ),
    },
    "signal": {
        *(
            "SIGKILL",
            "SIGALRM",
            "SIGHUP",
            "SIGQUIT",
            "SIGPIPE",
            "SIGCHLD",
            "SIGCONT",
            "SIGSTOP",
            "SIGTSTP",
            "SIGUSR1",
            "SIGUSR2",
        ),
        *(
            "SIGBUS",
            "SIGTRAP",
            "SIGVTALRM",
            "SIGPROF",
            "SIGWINCH",
            "SIGXCPU",
            "alarm",
            "setitimer",
            "getitimer",
            "ITIMER_REAL",
        ),
        *(
            "pthread_sigmask",
            "pthread_kill",
            "sigpending",
            "sigwait",
            "sigwaitinfo",
            "sigtimedwait",
            "siginterrupt",
            "pause",
        ),
        *("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK"),
    },
    "time": {"tzset", "clock_gettime", "CLOCK_MONOTONIC", "pthread_getcpuclockid"},
    "socket": {"AF_UNIX", "socketpair", "sendmsg", "CMSG_LEN", "SCM_RIGHTS"},
}
OTHER = {
    "sys": {"platform": "win32"},
    "os": {"supports_dir_fd": set(), "supports_fd": set(), "supports_follow_symlinks": set(), "name": "nt"},
}


class Seen(types.ModuleType):
    """A module as the package sees it."""

    def __init__(self, behind):
        super().__init__(behind.__name__)
        object.__setattr__(self, "_behind", behind)

    def __getattribute__(self, name):
        own = object.__getattribute__(self, "__dict__")
        module = own["__name__"]
        if name in OTHER.get(module, {}):
            return OTHER[module][name]
        if name in LACKING.get(module, ()):
            raise AttributeError(f"module '{module}' has no attribute '{name}' on Windows")
        return getattr(own["_behind"], name)

    def __setattr__(self, name, value):
        setattr(object.__getattribute__(self, "__dict__")["_behind"], name, value)


def install():
    """From now on, have every module of the package see what Windows has."""
    behind = builtins.__import__
    seen = {name: Seen(importlib.import_module(name)) for name in {*LACKING, *OTHER}}

    def imports(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: A002  (as it is called by name)
        if level == 0 and str((globals or {}).get("__name__", "")).partition(".")[0] == "analysis":
            if name.partition(".")[0] in MODULES:
                raise ModuleNotFoundError(f"No module named '{name}' on Windows", name=name)
            if name in seen:
                return seen[name]
        return behind(name, globals, locals, fromlist, level)

    builtins.__import__ = imports


if __name__ == "sitecustomize":  # as which every process of a test finds it, those too that others start
    install()
