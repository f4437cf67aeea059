//! Records on their way into the database, in files below `gateway/` of the data folder.
//!
//! A line is handed to the operating system before a call goes on, which takes microseconds and outlives the process; what is
//! in the database a moment later outlives the machine. Each process has files of its own, and a lock on one of them tells
//! others that it lives: whoever gets the lock of another takes over what that one left.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::Record;

/// The folder below the data folder.
pub const FOLDER: &str = "gateway";
/// Bytes of records that wait in memory for room on the disk, at most.
const MOST_WAITING: usize = 64 << 20;

/// The records of this process.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    process: String,
    state: Mutex<Option<Open>>,
}

#[derive(Debug)]
struct Open {
    /// Held as long as the process lives.
    _lock: File,
    file: File,
    is_empty: bool,
    /// A line was begun and could not be ended, for want of room; the next one must not become a part of it.
    is_torn: bool,
    /// The number of the file that is written to.
    at: u64,
    /// Lines for which there was no room.
    waiting: VecDeque<Vec<u8>>,
}

impl Open {
    fn put(&mut self, line: &[u8]) -> io::Result<()> {
        self.is_empty = false;
        if self.is_torn {
            self.file.write_all(b"\n")?;
            self.is_torn = false;
        }
        let written = self.file.write_all(line);
        self.is_torn = written.is_err();
        written
    }

    /// Writes what has waited, as far as there is room now.
    fn put_waiting(&mut self) {
        while let Some(line) = self.waiting.pop_front() {
            if let Err(cause) = self.put(&line) {
                tracing::error!(%cause, "ends of calls wait in memory: they cannot be written down");
                self.waiting.push_front(line);
                return;
            }
        }
    }
}

impl Spool {
    /// Nothing is made before the first record.
    pub fn new(data: &Path, process: String) -> Self {
        Self { folder: data.join(FOLDER), process, state: Mutex::new(None) }
    }

    /// The name of this process.
    pub fn process(&self) -> &str {
        &self.process
    }

    /// Makes the files, so that others see that this process lives before it reserves anything.
    pub fn open(&self) -> io::Result<()> {
        let mut state = self.lock();
        self.opened(&mut state).map(drop)
    }

    /// Writes a record down; it is there when this returns, also if the process dies then.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let line = record.to_line().map_err(io::Error::other)?;
        let mut state = self.lock();
        self.opened(&mut state)?.put(&line)
    }

    /// Writes down what must not be lost; where there is no room for it now, it waits in memory, up to a limit.
    pub fn write_or_keep(&self, record: &Record) -> io::Result<()> {
        let line = record.to_line().map_err(io::Error::other)?;
        let mut state = self.lock();
        let open = self.opened(&mut state)?;
        let Err(cause) = open.put(&line) else { return Ok(()) };
        let waiting: usize = open.waiting.iter().map(Vec::len).sum();
        if waiting + line.len() > MOST_WAITING {
            return Err(cause);
        }
        open.waiting.push_back(line);
        Ok(())
    }

    /// Files that are complete and wait for the database, the oldest first; what was written so far is among them.
    pub fn cut(&self) -> io::Result<Vec<PathBuf>> {
        let mut state = self.lock();
        let Some(open) = state.as_mut() else { return Ok(Vec::new()) };
        open.put_waiting();
        if !open.is_empty {
            let next = open.at + 1;
            open.file = create(&self.folder.join(file_name(&self.process, next)))?;
            (open.at, open.is_empty, open.is_torn) = (next, true, false);
        }
        let current = open.at;
        drop(state);
        let files = files_of(&self.folder, &self.process)?;
        Ok(files.into_iter().filter(|(at, _)| *at < current).map(|(_, path)| path).collect())
    }

    fn opened<'s>(&self, state: &'s mut Option<Open>) -> io::Result<&'s mut Open> {
        if state.is_none() {
            fs::create_dir_all(&self.folder)?;
            let lock = self.locked()?;
            let file = create(&self.folder.join(file_name(&self.process, 1)))?;
            let (is_empty, is_torn, at, waiting) = (true, false, 1, VecDeque::new());
            *state = Some(Open { _lock: lock, file, is_empty, is_torn, at, waiting });
        }
        state.as_mut().ok_or_else(|| io::Error::other("the records of calls are not open"))
    }

    /// Another process that looks just now may take the new file for one that was left, and remove it.
    fn locked(&self) -> io::Result<File> {
        let path = self.folder.join(lock_name(&self.process));
        loop {
            let lock = create(&path)?;
            lock.lock()?;
            if path.exists() {
                return Ok(lock);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a process that ended left; nobody else takes it over as long as this lives.
#[derive(Debug)]
pub struct Left {
    folder: PathBuf,
    pub process: String,
    _lock: File,
}

impl Left {
    /// Those of processes that live no more.
    pub fn find(data: &Path, own: &str) -> io::Result<Vec<Self>> {
        let folder = data.join(FOLDER);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(cause),
        };
        let mut found = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let Some(process) = name.strip_suffix(".lock").filter(|process| *process != own) else {
                continue;
            };
            let Ok(lock) = OpenOptions::new().append(true).open(folder.join(&name)) else { continue };
            if lock.try_lock().is_ok() {
                found.push(Self { folder: folder.clone(), process: process.to_owned(), _lock: lock });
            }
        }
        Ok(found)
    }

    /// Its files, the oldest first.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        Ok(files_of(&self.folder, &self.process)?.into_iter().map(|(_, path)| path).collect())
    }

    /// All of it is in the database.
    pub fn settle(self) -> io::Result<()> {
        fs::remove_file(self.folder.join(lock_name(&self.process)))
    }
}

fn lock_name(process: &str) -> String {
    format!("{process}.lock")
}

fn file_name(process: &str, at: u64) -> String {
    format!("{process}.{at}.jsonl")
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn files_of(folder: &Path, process: &str) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let number = name.strip_prefix(process).and_then(|rest| rest.strip_prefix('.'));
        let number = number.and_then(|rest| rest.strip_suffix(".jsonl")?.parse().ok());
        found.extend(number.map(|number| (number, path)));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::foundation::Timestamp;
    use crate::foundation::ids::random_bytes;
    use crate::gateway::model::Provider;
    use crate::gateway::record::Begun;

    use super::*;

    struct Temp(PathBuf);

    impl Temp {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("tw-spool-{}", hex::encode(random_bytes::<8>()))))
        }
    }

    impl Drop for Temp {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn record(number: i64) -> Record {
        Record::Begun(Begun {
            project: 1,
            number,
            provider: Provider::Anthropic,
            method: "POST".to_owned(),
            path: "/v1/messages".to_owned(),
            is_billed: true,
            trace_id: String::new(),
            span_id: String::new(),
            at: Timestamp(number),
            sender: None,
        })
    }

    fn read(files: Vec<PathBuf>) -> Vec<Record> {
        files.into_iter().flat_map(|file| Record::read(&fs::read(file).unwrap())).collect()
    }

    #[test]
    fn what_was_written_is_handed_on_in_order_and_once_it_is_cut() {
        let temp = Temp::new();
        let spool = Spool::new(&temp.0, "a".to_owned());
        assert!(spool.cut().unwrap().is_empty() && !temp.0.exists(), "nothing is made for nobody");
        spool.write(&record(1)).unwrap();
        spool.write(&record(2)).unwrap();
        assert_eq!(read(spool.cut().unwrap()), [record(1), record(2)]);
        spool.write(&record(3)).unwrap();
        let files = spool.cut().unwrap();
        assert_eq!(read(files.clone()), [record(1), record(2), record(3)]);
        files.into_iter().for_each(|file| fs::remove_file(file).unwrap());
        assert!(spool.cut().unwrap().is_empty());
    }

    /// Puts another file in place of the one that is written to.
    fn swap(spool: &Spool, file: File) -> File {
        std::mem::replace(&mut spool.lock().as_mut().unwrap().file, file)
    }

    #[test]
    fn a_full_disk_tears_no_other_line_and_loses_no_end() {
        let temp = Temp::new();
        let spool = Spool::new(&temp.0, "a".to_owned());
        spool.write(&record(1)).unwrap();
        let mut file = swap(&spool, OpenOptions::new().write(true).open("/dev/full").unwrap());
        assert!(spool.write(&record(2)).is_err(), "it is not sent");
        spool.write_or_keep(&record(3)).unwrap();
        // Of a line some bytes had room; then there is room again.
        file.write_all(b"{\"is\":\"begun\",\"proj").unwrap();
        swap(&spool, file);
        spool.write(&record(4)).unwrap();
        assert_eq!(read(spool.cut().unwrap()), [record(1), record(4), record(3)]);
    }

    #[test]
    fn what_a_process_left_is_taken_over_once_it_has_ended() {
        let temp = Temp::new();
        let ended = Spool::new(&temp.0, "ended".to_owned());
        ended.write(&record(1)).unwrap();
        assert!(Left::find(&temp.0, "other").unwrap().is_empty(), "it lives");
        drop(ended);
        assert!(Left::find(&temp.0, "ended").unwrap().is_empty(), "its own");
        let mut left = Left::find(&temp.0, "other").unwrap();
        let left = left.pop().unwrap();
        assert_eq!((left.process.as_str(), read(left.files().unwrap())), ("ended", vec![record(1)]));
        assert!(Left::find(&temp.0, "third").unwrap().is_empty(), "one takes it over");
        left.settle().unwrap();
        assert!(Left::find(&temp.0, "third").unwrap().is_empty());
    }
}
