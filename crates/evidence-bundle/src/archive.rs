//! The bundle as one zip file, and back.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use foundation::{Error, Result};

use super::files::{Files, SCRIPT};

/// The most bytes a bundle may unpack to when it is checked: far above any order, far below a memory's end.
pub const MOST_UNPACKED: u64 = 1 << 30;
/// The most files, likewise; a larger number needs another form of zip file.
pub const MOST_FILES: usize = 65_534;
/// What stands before the name of each file in the list at the end of a zip file.
const LISTED: &[u8] = b"PK\x01\x02";

/// Packs a bundle; equal files give equal bytes.
pub fn pack(files: &Files) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let mode = if path == SCRIPT { 0o755 } else { 0o644 };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(mode);
        zip.start_file(path.as_str(), options).map_err(Error::internal)?;
        zip.write_all(bytes).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

/// Unpacks a bundle; a path that occurs twice, what is no plain file, too much or too many is refused, by name where it has one.
pub fn unpack(bytes: &[u8]) -> Result<Files> {
    unpack_at_most(bytes, MOST_UNPACKED)
}

fn unpack_at_most(bytes: &[u8], most: u64) -> Result<Files> {
    // Counted before anything is kept of it: the list may be longer than what it lists.
    if bytes.windows(LISTED.len()).filter(|here| *here == LISTED).count() > MOST_FILES {
        return Err(too_many("the zip file"));
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| bad("the zip file", &e))?;
    if zip.has_duplicate_names() {
        return Err(Error::refused("the zip file: it holds two files of one name"));
    }
    let mut files = Files::new();
    let mut left = most;
    for place in 0..zip.len() {
        let mut entry = zip.by_index(place).map_err(|e| bad(&format!("entry {place}"), &e))?;
        let path = entry.name().map_err(|e| bad(&format!("entry {place}"), &e))?.into_owned();
        if entry.is_dir() {
            continue;
        }
        if !is_plain(entry.unix_mode()) {
            return Err(bad(&path, &"it is neither a file nor a folder"));
        }
        let mut content = Vec::new();
        let taken = (&mut entry).take(left + 1).read_to_end(&mut content).map_err(|e| bad(&path, &e))?;
        left = left.checked_sub(taken as u64).ok_or_else(|| {
            Error::TooLarge(format!("{path}: the bundle unpacks to more than 1 GiB").into())
        })?;
        if files.insert(path.clone(), content).is_some() {
            return Err(Error::refused(format!("{path}: it stands in the zip file twice")));
        }
    }
    Ok(files)
}

/// What is a link, a pipe or a device where it is unpacked would be another thing there than here.
fn is_plain(mode: Option<u32>) -> bool {
    const KIND: u32 = 0o170_000;
    const FILE: u32 = 0o100_000;
    mode.is_none_or(|mode| matches!(mode & KIND, 0 | FILE))
}

pub(crate) fn too_many(what: &str) -> Error {
    Error::TooLarge(format!("{what}: a bundle has no more than {MOST_FILES} files").into())
}

fn bad(path: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::refused(format!("{path}: cannot be unpacked: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_swells_is_refused_before_it_is_whole() {
        let zeros = Files::from([
            ("checkpoint".to_owned(), vec![0; 8 << 20]),
            ("pins.tsv".to_owned(), vec![0; 8 << 20]),
        ]);
        let bomb = pack(&zeros).unwrap();
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        assert_eq!(unpack_at_most(&bomb, 16 << 20).unwrap(), zeros);
        for most in [1, 1 << 20, (16 << 20) - 1] {
            let refused = unpack_at_most(&bomb, most).unwrap_err().to_string();
            assert!(refused.contains("unpacks to more than"), "{refused}");
        }
    }
}
