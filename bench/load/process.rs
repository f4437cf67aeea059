//! CPU and memory of processes and everything they started, from `/proc` (Linux).

use std::collections::HashMap;
use std::fs;

/// CPU seconds, user and system, spent so far by these processes, their descendants and the children they ended.
pub fn cpu_seconds(roots: &[u32]) -> f64 {
    let all = stats();
    let wanted = family(roots, &all);
    let ticks: u64 = wanted.iter().filter_map(|pid| all.get(pid)).map(|stat| stat.ticks).sum();
    ticks as f64 / TICKS_PER_SECOND
}

/// The highest resident memory of a process so far, in MB (10^6 bytes).
pub fn peak_memory_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kib * 1024.0 / 1e6
}

/// `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stats() -> HashMap<u32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| Some((pid, stat(pid)?))).collect()
}

/// proc(5): after the name in brackets, field 4 is the parent, 14 to 17 are the times.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
    let ticks = (11..15).map(number).sum::<Option<u64>>()?;
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, ticks })
}

fn family(roots: &[u32], all: &HashMap<u32, Stat>) -> Vec<u32> {
    let mut wanted = roots.to_vec();
    let mut place = 0;
    while let Some(parent) = wanted.get(place).copied() {
        let children = all.iter().filter(|(pid, stat)| stat.parent == parent && !roots.contains(pid));
        wanted.extend(children.map(|(pid, _)| *pid));
        place += 1;
    }
    wanted
}
