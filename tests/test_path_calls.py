"""Every system call that names a path is either followed or known to reveal nothing about the path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from executable_glossary.execution.sandbox.syscall_filter import ARCHITECTURES, PATH_CALLS, REFUSED


def words(text: str) -> list[str]:
    return text.split()


# All system calls that receive the name of a file, up to Linux 6.18: the calls on x86-64 and ARM64, without the obsolete
# calls that no longer do anything.
NAME_A_PATH = words("""
access acct bind bpf chdir chmod chown chroot connect creat execve execveat faccessat faccessat2 fanotify_mark fchmodat
fchmodat2 fchownat file_getattr file_setattr fsconfig fspick futimesat getxattr getxattrat inotify_add_watch lchown
lgetxattr link linkat listxattr listxattrat llistxattr lremovexattr lsetxattr lstat mkdir mkdirat mknod mknodat mount
mount_setattr move_mount mq_open mq_unlink name_to_handle_at newfstatat open open_by_handle_at open_tree open_tree_attr
openat openat2 perf_event_open pivot_root quotactl readlink readlinkat removexattr removexattrat rename renameat renameat2
rmdir sendmmsg sendmsg sendto setxattr setxattrat stat statfs statx swapoff swapon symlink symlinkat truncate umount2
unlink unlinkat uselib utime utimensat utimes
""")
REVEAL_NOTHING = {
    "acct": "fails without the privileges of the system's administrator, before it looks at the path",
    "swapon": "the same",
    "swapoff": "the same",
    "bpf": "the same; the path must be in the file system for BPF objects",
    "perf_event_open": "the same, if it names a path",
    "fsconfig": "prepares a mount; move_mount then makes the run unknown",
    "mq_open": "names a message queue, which is not a file",
    "mq_unlink": "the same",
    "sendmsg": "data that is sent to another program; documented as ignored",
    "sendmmsg": "the same",
    "uselib": "no longer exists since Linux 5.18",
}
# All other system calls of Linux 6.18 on x86-64 and ARM64.
NAME_NO_PATH = words("""
_sysctl accept accept4 add_key adjtimex afs_syscall alarm arch_prctl arch_specific_syscall brk cachestat capget capset
clock_adjtime clock_getres clock_gettime clock_nanosleep clock_settime clone clone3 close close_range copy_file_range
create_module delete_module dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
epoll_wait epoll_wait_old eventfd eventfd2 exit exit_group fadvise64 fallocate fanotify_init fchdir fchmod fchown fcntl
fdatasync fgetxattr finit_module flistxattr flock fork fremovexattr fsetxattr fsmount fsopen fstat fstatfs fsync ftruncate
futex futex_requeue futex_wait futex_waitv futex_wake get_kernel_syms get_mempolicy get_robust_list get_thread_area getcpu
getcwd getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getpmsg getppid getpriority getrandom
getresgid getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr init_module
inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit io_uring_enter
io_uring_register io_uring_setup ioctl ioperm iopl ioprio_get ioprio_set kcmp kexec_file_load kexec_load keyctl kill
landlock_add_rule landlock_create_ruleset landlock_restrict_self listen listmount listns lookup_dcookie lseek
lsm_get_self_attr lsm_list_modules lsm_set_self_attr madvise map_shadow_stack mbind membarrier memfd_create memfd_secret
migrate_pages mincore mlock mlock2 mlockall mmap modify_ldt move_pages mprotect mq_getsetattr mq_notify mq_timedreceive
mq_timedsend mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap nanosleep nfsservctl pause
personality pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64
preadv preadv2 prlimit64 process_madvise process_mrelease process_vm_readv process_vm_writev pselect6 ptrace putpmsg pwrite64
pwritev pwritev2 query_module quotactl_fd read readahead readv reboot recvfrom recvmmsg recvmsg remap_file_pages request_key
restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
seccomp security select semctl semget semop semtimedop sendfile set_mempolicy set_mempolicy_home_node set_robust_list
set_thread_area set_tid_address setdomainname setfsgid setfsuid setgid setgroups sethostname setitimer setns setpgid
setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt settimeofday setuid shmat shmctl shmdt shmget
shutdown sigaltstack signalfd signalfd4 socket socketpair splice statmount sync sync_file_range syncfs sysfs sysinfo syslog
tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
timerfd_settime times tkill tuxcall umask uname unshare uretprobe uprobe userfaultfd ustat vfork vhangup vmsplice vserver
wait4 waitid write writev
""")
# The names in ARM64's table that are different on x86-64.
RENAMED = {"fstatat": "newfstatat", "fadvise64_64": "fadvise64", "sync_file_range2": "sync_file_range"}
FOR_32_BITS, NEWER = (
    range(403, 424),
    470,
)  # numbers of calls on 32-bit architectures, and of calls after Linux 6.18
HEADERS = {
    "x86_64": "/usr/include/*/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


def test_each_call_that_names_a_path_is_followed_or_reveals_nothing() -> None:
    followed = {call.name for call in PATH_CALLS if call.path is not None} | {"open_by_handle_at"}
    assert followed.isdisjoint(REVEAL_NOTHING)
    assert sorted(followed | REVEAL_NOTHING.keys()) == NAME_A_PATH


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    found = list(Path("/").glob(HEADERS[machine].removeprefix("/")))
    if not found:
        pytest.skip("the kernel's headers are not installed")
    lines = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)$", found[0].read_text(), re.MULTILINE)
    numbers = {RENAMED.get(name, name): int(number) for name, number in lines}
    ours = ARCHITECTURES[machine].numbers
    assert {name: number for name, number in ours.items() if numbers.get(name, number) != number} == {}
    known = {*NAME_A_PATH, *NAME_NO_PATH, *REFUSED, "getdents", "getdents64", "syscalls"}
    counted = {name for name, number in numbers.items() if number < NEWER and number not in FOR_32_BITS}
    new = sorted(counted - known)
    assert new == [], "does this call name a path?"
    followed = {call.name for call in PATH_CALLS} & numbers.keys()
    assert followed - ours.keys() == set()
