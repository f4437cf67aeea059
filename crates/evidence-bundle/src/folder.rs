//! A bundle from where it lies: the zip file, or the folder it was unpacked into.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use foundation::{Error, Result};

use crate::archive::too_many;
use crate::{Files, MOST_FILES, MOST_UNPACKED, unpack};

/// Reads a bundle, zip file or folder; at most [`MOST_UNPACKED`] bytes, plain files only.
///
/// # Errors
/// When something cannot be read, is neither file nor folder, or is too large; by its path.
pub fn read(bundle: &Path) -> Result<Files> {
    if !bundle.is_dir() {
        return unpack(&read_file(bundle, &bundle.to_string_lossy(), MOST_UNPACKED)?);
    }
    let mut folder = Folder { files: Files::new(), left: MOST_UNPACKED };
    folder.read(bundle, "")?;
    Ok(folder.files)
}

fn unreadable(path: &str, cause: impl Display) -> Error {
    Error::refused(format!("{path}: cannot be read: {cause}"))
}

/// The bytes of a file that has at most so many.
fn read_file(file: &Path, path: &str, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let taken = File::open(file).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    if taken.map_err(|cause| unreadable(path, cause))? as u64 <= most {
        return Ok(bytes);
    }
    Err(Error::TooLarge(format!("{path}: a bundle has no more than 1 GiB").into()))
}

/// A folder on its way into memory.
struct Folder {
    files: Files,
    /// How many bytes more are taken.
    left: u64,
}

impl Folder {
    /// Takes everything below `folder`, whose own path inside the bundle is `prefix` with a slash at its end.
    ///
    /// Nothing but folders and plain files: what a link points at is not in the bundle.
    fn read(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let broken = |cause| unreadable(if prefix.is_empty() { "the folder" } else { prefix }, cause);
        for entry in fs::read_dir(folder).map_err(broken)? {
            let entry = entry.map_err(broken)?;
            let name = entry.file_name();
            let path = format!("{prefix}{}", name.to_string_lossy());
            let kind = entry.file_type().map_err(|cause| unreadable(&path, cause))?;
            if name.to_str().is_none() {
                return Err(unreadable(&path, "its name is not UTF-8"));
            } else if kind.is_dir() {
                self.read(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() {
                let bytes = read_file(&entry.path(), &path, self.left)?;
                self.left -= bytes.len() as u64;
                self.files.insert(path, bytes);
                if self.files.len() > MOST_FILES {
                    return Err(too_many("the folder"));
                }
            } else {
                return Err(unreadable(&path, "it is neither a file nor a folder"));
            }
        }
        Ok(())
    }
}
