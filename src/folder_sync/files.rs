//! The files of a folder: only Markdown that is really in it, written so that a killed process leaves the old one or the new.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::foundation::ids::random_bytes;
use crate::foundation::{Error, Result};
use crate::work_orders::model::limits::FILE_BYTES;

/// More files than are kept in step in one folder.
pub const MOST: usize = 5_000;
/// How deep folders may stand in each other.
const DEEPEST: usize = 16;
/// The state of a folder may have this many bytes.
const MOST_STATE: u64 = 512 << 20;

/// How a file is called while it is being written: sixteen digits stand between.
const HALF: &str = ".tracewright-";
const HALF_END: &str = ".tmp";

/// A folder that was opened.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// From the folder on, with `/` on every system.
    pub path: String,
    /// The text, or why it is not read.
    pub text: std::result::Result<String, String>,
}

impl Folder {
    /// Opens a folder that is there.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |cause: &dyn std::fmt::Display| {
            Error::refused(format!("{} cannot be opened: {cause}", path.display()))
        };
        let root = fs::canonicalize(path).map_err(|cause| refuse(&cause))?;
        if !root.is_dir() {
            return Err(refuse(&"it is no folder"));
        }
        Ok(Self { root })
    }

    /// Every Markdown file in it and below, in the order of their paths; what begins with a dot is passed by, and what a killed
    /// process left half written is cleared away.
    pub fn files(&self) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        self.gather(&self.root, 0, &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn gather(&self, folder: &Path, depth: usize, found: &mut Vec<Found>) -> Result<()> {
        for entry in fs::read_dir(folder).map_err(Error::internal)? {
            let entry = entry.map_err(Error::internal)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().map_err(Error::internal)?;
            let path = entry.path();
            let is_order = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"));
            if name.starts_with('.') {
                if kind.is_file() && is_half_written(&name) {
                    // Whoever was killed while writing it writes it anew; if another writes it now, that one tries again.
                    let _ = fs::remove_file(&path);
                }
                continue;
            }
            if kind.is_dir() && depth < DEEPEST {
                self.gather(&path, depth + 1, found)?;
            } else if is_order && !kind.is_dir() {
                if found.len() >= MOST {
                    return Err(Error::refused(format!(
                        "The folder has more than {MOST} Markdown files. Keep fewer in step."
                    )));
                }
                let text = if kind.is_symlink() {
                    Err("it is a link; only files of the folder itself are read".to_owned())
                } else {
                    read(&path)
                };
                found.push(Found { path: self.name_of(&path), text });
            }
        }
        Ok(())
    }

    fn name_of(&self, path: &Path) -> String {
        let own = path.strip_prefix(&self.root).unwrap_or(path);
        own.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The bytes of a file of our own in the folder, if it is there.
    pub fn own(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(name);
        match fs::symlink_metadata(&path) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Ok(data) if data.is_file() && data.len() <= MOST_STATE => {
                fs::read(&path).map(Some).map_err(Error::internal)
            }
            Ok(_) => Err(Error::refused(format!("{name} is no plain file"))),
            Err(cause) => Err(Error::internal(cause)),
        }
    }

    /// Puts a file in the place of one that still says `was`; of a new one nothing may be there. Whether it did: somebody may
    /// have changed it meanwhile, and nothing of theirs is overwritten.
    pub fn write(&self, name: &str, was: Option<&[u8]>, bytes: &[u8]) -> Result<bool> {
        let path = self.root.join(name);
        if Path::new(name).components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
            return Err(Error::internal("a file outside the folder"));
        }
        let parent = path.parent().unwrap_or(&self.root);
        if fs::canonicalize(parent).is_ok_and(|parent| !parent.starts_with(&self.root)) {
            return Err(Error::refused(format!("{name} would be written outside the folder")));
        }
        let temporary = parent.join(format!("{HALF}{}{HALF_END}", hex::encode(random_bytes::<8>())));
        let done = put(&temporary, &path, was, bytes);
        if !matches!(done, Ok(true)) || was.is_none() {
            let _ = fs::remove_file(&temporary);
        }
        done.map_err(|cause| Error::refused(format!("{name} cannot be written: {cause}")))
    }

    /// Writes a file of our own, whatever it says now.
    pub fn write_own(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let was = self.own(name)?;
        self.write(name, was.as_deref(), bytes)?;
        Ok(())
    }
}

fn put(temporary: &Path, path: &Path, was: Option<&[u8]>, bytes: &[u8]) -> std::io::Result<bool> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    match was {
        Some(was) => {
            let same = fs::symlink_metadata(path).is_ok_and(|data| data.is_file())
                && fs::read(path).is_ok_and(|now| now == was);
            if !same {
                return Ok(false);
            }
            fs::set_permissions(temporary, fs::metadata(path)?.permissions())?;
            fs::rename(temporary, path)?;
        }
        None => match fs::hard_link(temporary, path) {
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => return Ok(false),
            done => done?,
        },
    }
    if let Some(parent) = path.parent() {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(true)
}

fn read(path: &Path) -> std::result::Result<String, String> {
    let length = fs::metadata(path).map_err(|cause| cause.to_string())?.len();
    if length > FILE_BYTES as u64 {
        return Err(format!("it has {length} bytes; a work order has at most {FILE_BYTES}"));
    }
    let bytes = fs::read(path).map_err(|cause| cause.to_string())?;
    if bytes.contains(&0) {
        return Err("it has bytes that are no text".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text; save it as UTF-8".to_owned())
}

/// Whether a name is that of a file of ours that was never finished.
fn is_half_written(name: &str) -> bool {
    let digits = name.strip_prefix(HALF).and_then(|rest| rest.strip_suffix(HALF_END));
    digits.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (PathBuf, Folder) {
        let path =
            std::env::temp_dir().join(format!("tracewright-folder-{}", hex::encode(random_bytes::<8>())));
        fs::create_dir_all(path.join("sub/.git")).unwrap();
        let folder = Folder::open(&path).unwrap();
        (path, folder)
    }

    #[test]
    fn only_plain_markdown_of_the_folder_is_read_and_the_rest_says_why() {
        let (path, folder) = folder();
        fs::write(path.join("sub/a.md"), "# A\n").unwrap();
        fs::write(path.join("b.MD"), "\u{feff}b").unwrap();
        fs::write(path.join("c.txt"), "c").unwrap();
        fs::write(path.join(".d.md"), "d").unwrap();
        fs::write(path.join("sub/.git/e.md"), "e").unwrap();
        fs::write(path.join("f.md"), b"\xff").unwrap();
        fs::write(path.join("g.md"), b"g\0").unwrap();
        fs::write(path.join("h.md"), "h".repeat(FILE_BYTES + 1)).unwrap();
        let mut wanted = vec!["b.MD", "f.md", "g.md", "h.md", "sub/a.md"];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc/hostname", path.join("z.md")).unwrap();
            std::os::unix::fs::symlink("/etc", path.join("etc")).unwrap();
            wanted.push("z.md");
        }
        let found = folder.files().unwrap();
        assert_eq!(found.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), wanted);
        let read: Vec<&str> = found.iter().filter(|it| it.text.is_ok()).map(|it| it.path.as_str()).collect();
        assert_eq!(read, ["b.MD", "sub/a.md"]);
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_is_cleared_away_and_nothing_else() {
        let (path, folder) = folder();
        let left = [".tracewright-0123456789abcdef.tmp", "sub/.tracewright-76c956612ea532e8.tmp"];
        let kept = [".tracewright-mine.tmp", ".tracewright-sync.json", ".tracewright-0123456789abcdef.md"];
        left.iter().chain(&kept).for_each(|name| fs::write(path.join(name), "half").unwrap());
        assert!(folder.files().unwrap().is_empty());
        assert!(left.iter().all(|name| !path.join(name).exists()));
        assert!(kept.iter().all(|name| path.join(name).exists()));
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn nothing_that_somebody_wrote_meanwhile_is_overwritten() {
        let (path, folder) = folder();
        assert!(folder.write("a.md", None, b"one").unwrap());
        assert!(!folder.write("a.md", None, b"two").unwrap());
        assert!(!folder.write("a.md", Some(b"other"), b"two").unwrap());
        assert!(folder.write("a.md", Some(b"one"), b"two").unwrap());
        assert!(folder.write("../a.md", None, b"two").is_err());
        let left: Vec<_> = fs::read_dir(&path).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "no temporary file stays: {left:?}");
        assert_eq!(fs::read(path.join("a.md")).unwrap(), b"two");
        fs::remove_dir_all(path).unwrap();
    }
}
