//! What the machine says of this process and of its disk: `/proc` on Linux (proc(5)), `statvfs` everywhere. What
//! cannot be told is none.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// `sysconf(_SC_CLK_TCK)` is 100 on every Linux that Rust runs on: a tick is ten milliseconds.
const TICK_MILLIS: u64 = 10;

/// What this process uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Memory that is in use now, in bytes.
    pub resident_bytes: Option<u64>,
    /// Time on a processor since the process began, in user and system mode, in seconds.
    pub cpu_seconds: Option<f64>,
    /// When it began, in seconds since 1970.
    pub started_at: Option<f64>,
    /// Descriptors that are open now.
    pub open_files: Option<usize>,
}

/// Reads what this process uses now.
pub fn usage() -> Usage {
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (status, own, machine) = (text("/proc/self/status"), text("/proc/self/stat"), text("/proc/stat"));
    // One of them is the folder itself, which is being read.
    let open_files = fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count().saturating_sub(1));
    Usage {
        resident_bytes: resident_bytes(&status),
        cpu_seconds: cpu_seconds(&own),
        started_at: started_at(&own, &machine),
        open_files,
    }
}

/// Bytes that the server may still write where this path lies.
pub fn free_bytes(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib.saturating_mul(1_024))
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    let ticks = field(stat, 14)?.saturating_add(field(stat, 15)?);
    Some(of_ticks(ticks).as_secs_f64())
}

fn started_at(stat: &str, machine: &str) -> Option<f64> {
    let booted = machine.lines().find_map(|line| line.strip_prefix("btime "))?;
    let booted = Duration::from_secs(booted.trim().parse().ok()?);
    Some(booted.saturating_add(of_ticks(field(stat, 22)?)).as_secs_f64())
}

fn of_ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks.saturating_mul(TICK_MILLIS))
}

/// A field by the number that proc(5) gives it. The second is the program's name in brackets, which may hold anything.
fn field(stat: &str, number: usize) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_writes_is_read() {
        let stat = "4711 (a (b) 9 9) S 1 4711 4711 0 -1 4194560 900 0 3 0 250 50 0 0 20 0 9 0 12345 99999 77";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(started_at(stat, "cpu 1 2\nbtime 1700000000\nprocesses 5\n"), Some(1_700_000_123.45));
        assert_eq!(resident_bytes("Name:\tx\nVmHWM:\t  900 kB\nVmRSS:\t   512 kB\n"), Some(524_288));
        for broken in ["", "4711 (x", "4711 (x) S 1"] {
            assert_eq!((cpu_seconds(broken), started_at(broken, "btime 5")), (None, None), "{broken}");
        }
        assert_eq!((started_at(stat, ""), resident_bytes("VmRSS: many")), (None, None));
    }

    #[test]
    fn a_disk_that_is_there_is_told_and_another_is_not() {
        assert!(free_bytes(&std::env::temp_dir()).is_some());
        assert_eq!(free_bytes(Path::new("/no/such/folder")), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_known() {
        let usage = usage();
        assert!(usage.resident_bytes.is_some_and(|bytes| bytes > 1 << 16), "{usage:?}");
        assert!(usage.open_files.is_some_and(|files| files > 0), "{usage:?}");
        assert!(usage.cpu_seconds.is_some() && usage.started_at.is_some_and(|at| at > 1.6e9), "{usage:?}");
    }
}
