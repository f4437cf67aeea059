//! The data folder is the server's own: databases hold hashes of passwords and everything that was traced.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Folders of ours below the data folder. Nobody else may look into them, whatever the files in them allow.
const FOLDERS: [&str; 5] = ["keys", "blobs", "bundles", "gateway", "search"];
/// Files of ours beside them, by how they end.
const FILES: [&str; 5] = [".db", ".db-wal", ".db-shm", ".db-journal", ".twbundle"];

/// What the group and everybody else may do.
const OTHERS: u32 = 0o077;

/// What is made from now on is for its owner alone.
pub fn from_now_on() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Closes what earlier versions left open to others. What belongs to somebody else is named and left.
pub fn protect(data: &Path) {
    if !data.is_dir() {
        return;
    }
    close(data, 0o700);
    FOLDERS
        .iter()
        .map(|name| data.join(name))
        .filter(|path| path.is_dir())
        .for_each(|path| close(&path, 0o700));
    let Ok(entries) = fs::read_dir(data) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if FILES.iter().any(|end| name.ends_with(end)) {
            close(&path, 0o600);
        }
    }
}

fn close(path: &Path, mode: u32) {
    let Ok(found) = fs::metadata(path) else { return };
    let others = found.permissions().mode() & OTHERS;
    if others == 0 {
        return;
    }
    if let Err(cause) = fs::set_permissions(path, Permissions::from_mode(mode)) {
        tracing::warn!(path = %path.display(), %cause, "others on this machine may read this: it could not be closed to them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::ids::random_bytes;

    #[test]
    fn what_was_left_open_is_closed_and_strangers_files_are_left() {
        let data = std::env::temp_dir().join(format!("tw-private-{}", hex::encode(random_bytes::<8>())));
        fs::create_dir_all(data.join("blobs/a")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for name in ["tracewright.db", "tracewright.db-wal", "search.db", "notes.txt"] {
            fs::write(data.join(name), "x").unwrap();
            fs::set_permissions(data.join(name), Permissions::from_mode(0o644)).unwrap();
        }
        for folder in [data.clone(), data.join("blobs")] {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
        protect(&data);
        assert_eq!((mode(&data), mode(&data.join("blobs"))), (0o700, 0o700));
        for name in ["tracewright.db", "tracewright.db-wal", "search.db"] {
            assert_eq!(mode(&data.join(name)), 0o600, "{name}");
        }
        assert_eq!(mode(&data.join("notes.txt")), 0o644);
        fs::remove_dir_all(data).unwrap();
    }
}
