//! A database where nothing can be written: a backup on a disc, somebody else's folder. It is read in a copy.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::foundation::ids::random_bytes;

/// Whether SQLite could not note beside the database who reads it.
pub(super) fn is_read_only(database: &Path) -> bool {
    let folder = database.parent().unwrap_or(Path::new("."));
    let probe = folder.join(format!(".tracewright-probe-{}", hex::encode(random_bytes::<8>())));
    let written =
        fs::File::create_new(&probe).is_ok() && fs::OpenOptions::new().append(true).open(database).is_ok();
    let _ = fs::remove_file(&probe);
    !written
}

/// A copy of a database with what was not checkpointed yet; goes away with this value.
#[derive(Debug)]
pub(super) struct Copy {
    folder: PathBuf,
}

impl Copy {
    pub(super) fn of(database: &Path) -> anyhow::Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("tracewright-verify-{}", hex::encode(random_bytes::<8>())));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let copy = Self { folder };
        let place = copy.database();
        fs::copy(database, &place).with_context(|| format!("cannot read {}", database.display()))?;
        make_writable(&place)?;
        let with_log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
        let (log, place) = (with_log(database), with_log(&place));
        if log.exists() {
            fs::copy(&log, &place).with_context(|| format!("cannot read {}", log.display()))?;
            make_writable(&place)?;
        }
        Ok(copy)
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("copy.db")
    }
}

/// A copy has the rights of what was copied.
fn make_writable(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o600))?)
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
