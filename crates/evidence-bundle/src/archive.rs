//! The bundle as one zip file, and back.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use foundation::{Error, Result};

use super::files::{Files, SCRIPT};

/// The most bytes a bundle may unpack to when it is checked: far above any order, far below a memory's end.
pub const MOST_UNPACKED: u64 = 1 << 30;

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

/// Unpacks a bundle; a path that occurs twice, or too much, is refused by name.
pub fn unpack(bytes: &[u8]) -> Result<Files> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| bad("the zip file", &e))?;
    let mut files = Files::new();
    let mut left = MOST_UNPACKED;
    for place in 0..zip.len() {
        let mut entry = zip.by_index(place).map_err(|e| bad(&format!("entry {place}"), &e))?;
        let path = entry.name().map_err(|e| bad(&format!("entry {place}"), &e))?.into_owned();
        if entry.is_dir() {
            continue;
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

fn bad(path: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::refused(format!("{path}: cannot be unpacked: {cause}"))
}
