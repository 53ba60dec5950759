"""System calls of workers: those that decoders make, and those that are refused by name.

The list of the allowed ones was found by tracing workers over all formats; some were added that
other versions of the same libraries make for the same purpose.

Source:
    Linux, include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ALLOWED", "ARCHITECTURES", "OWN", "PRCTL", "REFUSED", "Architecture"]

# Files, by descriptors and by paths that Landlock allows.
_FILES: Final = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range
dup dup2 dup3 fcntl flock ioctl pipe pipe2 open openat creat stat lstat fstat newfstatat statx
statfs fstatfs access faccessat faccessat2 readlink readlinkat getcwd getdents getdents64 fsync
fdatasync ftruncate fallocate fadvise64 readahead sendfile copy_file_range rename renameat
renameat2 link linkat unlink unlinkat mkdir mkdirat rmdir umask getxattr lgetxattr fgetxattr
listxattr llistxattr flistxattr
"""

# Memory of this process.
_MEMORY: Final = """
mmap munmap mprotect mremap madvise brk mincore msync mbind get_mempolicy set_mempolicy
membarrier pkey_alloc pkey_free pkey_mprotect
"""

# Threads and signals of this process.
_THREADS: Final = """
futex futex_waitv futex_wake futex_wait futex_requeue set_tid_address set_robust_list rseq
arch_prctl sched_yield sched_getaffinity sched_getparam sched_getscheduler
sched_get_priority_max sched_get_priority_min getcpu rt_sigaction rt_sigprocmask rt_sigreturn
rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack restart_syscall pause exit exit_group
"""

# Waiting, time and randomness.
_TIME: Final = """
poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 nanosleep
clock_nanosleep clock_gettime clock_getres gettimeofday time times alarm setitimer getitimer
getrandom
"""

# What it is and where it runs.
_ITSELF: Final = """
getpid getppid gettid getpgid getpgrp getuid geteuid getgid getegid getresuid getresgid
getgroups uname sysinfo getrusage getrlimit
"""

# The one socket that it has.
_SOCKET: Final = """
recvfrom recvmsg sendto
"""

ALLOWED: Final = frozenset(f"{_FILES} {_MEMORY} {_THREADS} {_TIME} {_ITSELF} {_SOCKET}".split())

# Allowed if the first argument is the process itself.
OWN: Final = ("kill", "tgkill", "prlimit64", "sched_setaffinity")

# Operations of prctl that are allowed: the name of a thread, names of memory, whether a capability
# is there, and whether the process can be dumped.
PRCTL: Final = (15, 16, 0x53564D41, 23, 3)

# Refused with "not permitted", which says more than the "not known" of all others.
_REFUSED: Final = """
socket connect bind listen accept accept4 socketpair sendmsg sendmmsg execve execveat fork vfork
ptrace process_vm_readv process_vm_writev bpf perf_event_open mount umount2 unshare setns
pivot_root chroot tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd
pidfd_send_signal chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat utime utimes
futimesat utimensat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr
fremovexattr removexattrat mknod mknodat symlink symlinkat setpriority ioprio_set
"""

REFUSED: Final = frozenset(_REFUSED.split())


class Architecture(NamedTuple):
    """An architecture, as the filter tells it from others.

    Attributes:
        audit: Its number in ``struct seccomp_data``.
        numbers: Numbers of its system calls by their names; it lacks those that are missing.
    """

    audit: int
    numbers: dict[str, int]


def _numbers(text: str) -> dict[str, int]:
    pairs = (each.split("=") for each in text.split())
    return {name: int(number) for name, number in pairs}


_X86_64: Final = """
accept=43 accept4=288 access=21 alarm=37 arch_prctl=158 bind=49 bpf=321 brk=12 chmod=90 chown=92
chroot=161 clock_getres=229 clock_gettime=228 clock_nanosleep=230 clone=56 clone3=435 close=3
close_range=436 connect=42 copy_file_range=326 creat=85 dup=32 dup2=33 dup3=292
epoll_create1=291 epoll_ctl=233 epoll_pwait=281 epoll_wait=232 eventfd2=290 execve=59
execveat=322 exit=60 exit_group=231 faccessat=269 faccessat2=439 fadvise64=221 fallocate=285
fchmod=91 fchmodat=268 fchmodat2=452 fchown=93 fchownat=260 fcntl=72 fdatasync=75 fgetxattr=193
flistxattr=196 flock=73 fork=57 fremovexattr=199 fsetxattr=190 fstat=5 fstatfs=138 fsync=74
ftruncate=77 futex=202 futex_requeue=456 futex_wait=455 futex_waitv=449 futex_wake=454
futimesat=261 get_mempolicy=239 getcpu=309 getcwd=79 getdents=78 getdents64=217 getegid=108
geteuid=107 getgid=104 getgroups=115 getitimer=36 getpgid=121 getpgrp=111 getpid=39 getppid=110
getrandom=318 getresgid=120 getresuid=118 getrlimit=97 getrusage=98 gettid=186 gettimeofday=96
getuid=102 getxattr=191 ioctl=16 ioprio_set=251 kill=62 lchown=94 lgetxattr=192 link=86
linkat=265 listen=50 listxattr=194 llistxattr=195 lremovexattr=198 lseek=8 lsetxattr=189 lstat=6
madvise=28 mbind=237 membarrier=324 mincore=27 mkdir=83 mkdirat=258 mknod=133 mknodat=259 mmap=9
mount=165 mprotect=10 mremap=25 msync=26 munmap=11 nanosleep=35 newfstatat=262 open=2 openat=257
pause=34 perf_event_open=298 pidfd_getfd=438 pidfd_open=434 pidfd_send_signal=424 pipe=22
pipe2=293 pivot_root=155 pkey_alloc=330 pkey_free=331 pkey_mprotect=329 poll=7 ppoll=271
prctl=157 pread64=17 preadv=295 preadv2=327 prlimit64=302 process_vm_readv=310
process_vm_writev=311 pselect6=270 ptrace=101 pwrite64=18 pwritev=296 pwritev2=328 read=0
readahead=187 readlink=89 readlinkat=267 readv=19 recvfrom=45 recvmsg=47 removexattr=197
removexattrat=466 rename=82 renameat=264 renameat2=316 restart_syscall=219 rmdir=84 rseq=334
rt_sigaction=13 rt_sigpending=127 rt_sigprocmask=14 rt_sigqueueinfo=129 rt_sigreturn=15
rt_sigsuspend=130 rt_sigtimedwait=128 rt_tgsigqueueinfo=297 sched_get_priority_max=146
sched_get_priority_min=147 sched_getaffinity=204 sched_getparam=143 sched_getscheduler=145
sched_setaffinity=203 sched_yield=24 select=23 sendfile=40 sendmmsg=307 sendmsg=46 sendto=44
set_mempolicy=238 set_robust_list=273 set_tid_address=218 setitimer=38 setns=308 setpriority=141
setxattr=188 setxattrat=463 sigaltstack=131 socket=41 socketpair=53 stat=4 statfs=137 statx=332
symlink=88 symlinkat=266 sysinfo=99 tgkill=234 time=201 times=100 tkill=200 umask=95 umount2=166
uname=63 unlink=87 unlinkat=263 unshare=272 utime=132 utimensat=280 utimes=235 vfork=58 write=1
writev=20
"""

_AARCH64: Final = """
accept=202 accept4=242 bind=200 bpf=280 brk=214 chroot=51 clock_getres=114 clock_gettime=113
clock_nanosleep=115 clone=220 clone3=435 close=57 close_range=436 connect=203
copy_file_range=285 dup=23 dup3=24 epoll_create1=20 epoll_ctl=21 epoll_pwait=22 eventfd2=19
execve=221 execveat=281 exit=93 exit_group=94 faccessat=48 faccessat2=439 fadvise64=223
fallocate=47 fchmod=52 fchmodat=53 fchmodat2=452 fchown=55 fchownat=54 fcntl=25 fdatasync=83
fgetxattr=10 flistxattr=13 flock=32 fremovexattr=16 fsetxattr=7 fstat=80 fstatfs=44 fsync=82
ftruncate=46 futex=98 futex_requeue=456 futex_wait=455 futex_waitv=449 futex_wake=454
get_mempolicy=236 getcpu=168 getcwd=17 getdents64=61 getegid=177 geteuid=175 getgid=176
getgroups=158 getitimer=102 getpgid=155 getpid=172 getppid=173 getrandom=278 getresgid=150
getresuid=148 getrlimit=163 getrusage=165 gettid=178 gettimeofday=169 getuid=174 getxattr=8
ioctl=29 ioprio_set=30 kill=129 lgetxattr=9 linkat=37 listen=201 listxattr=11 llistxattr=12
lremovexattr=15 lseek=62 lsetxattr=6 madvise=233 mbind=235 membarrier=283 mincore=232 mkdirat=34
mknodat=33 mmap=222 mount=40 mprotect=226 mremap=216 msync=227 munmap=215 nanosleep=101
newfstatat=79 openat=56 perf_event_open=241 pidfd_getfd=438 pidfd_open=434 pidfd_send_signal=424
pipe2=59 pivot_root=41 pkey_alloc=289 pkey_free=290 pkey_mprotect=288 ppoll=73 prctl=167
pread64=67 preadv=69 preadv2=286 prlimit64=261 process_vm_readv=270 process_vm_writev=271
pselect6=72 ptrace=117 pwrite64=68 pwritev=70 pwritev2=287 read=63 readahead=213 readlinkat=78
readv=65 recvfrom=207 recvmsg=212 removexattr=14 removexattrat=466 renameat=38 renameat2=276
restart_syscall=128 rseq=293 rt_sigaction=134 rt_sigpending=136 rt_sigprocmask=135
rt_sigqueueinfo=138 rt_sigreturn=139 rt_sigsuspend=133 rt_sigtimedwait=137 rt_tgsigqueueinfo=240
sched_get_priority_max=125 sched_get_priority_min=126 sched_getaffinity=123 sched_getparam=121
sched_getscheduler=120 sched_setaffinity=122 sched_yield=124 sendfile=71 sendmmsg=269
sendmsg=211 sendto=206 set_mempolicy=237 set_robust_list=99 set_tid_address=96 setitimer=103
setns=268 setpriority=140 setxattr=5 setxattrat=463 sigaltstack=132 socket=198 socketpair=199
statfs=43 statx=291 symlinkat=36 sysinfo=179 tgkill=131 times=153 tkill=130 umask=166 umount2=39
uname=160 unlinkat=35 unshare=97 utimensat=88 write=64 writev=66
"""

ARCHITECTURES: Final = {
    "x86_64": Architecture(0xC000003E, _numbers(_X86_64)),
    "aarch64": Architecture(0xC00000B7, _numbers(_AARCH64)),
}
