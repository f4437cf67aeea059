//! The books of all projects, kept in memory and looked at again every five seconds.
//!
//! Prices that were just brought in are in force for arrivals within that time. The first book asked for puts the
//! built-in table among the stored ones, so that every price a cost names stays readable in later versions.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::actions::import_table::ensure_builtin;
use super::store;
use crate::db::AnyConnection;
use crate::foundation::{Asker, ProjectKey, Result};
use crate::state::App;
use prices::book::{Book, Index};

/// How long a book is used without a look at the versions.
const FRESH: Duration = Duration::from_secs(5);

/// The books. Cheap to clone; clones share them.
#[derive(Clone, Default)]
pub struct Books(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    has_builtin: bool,
    general: Option<(i64, Arc<Index>)>,
    books: HashMap<ProjectKey, Kept>,
    /// Raised by every change: a book that was read before it is not kept after it.
    generation: u64,
}

#[derive(Clone)]
struct Kept {
    looked_at: Instant,
    versions: (i64, i64),
    book: Arc<Book>,
}

impl std::fmt::Debug for Books {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Books")
    }
}

impl Books {
    /// The book of a project.
    pub async fn of(&self, app: &App, project: ProjectKey) -> Result<Arc<Book>> {
        if let Some(book) = self.fresh(project) {
            return Ok(book);
        }
        if !self.with(|state| state.has_builtin) {
            ensure_builtin(app, &Asker::system(store::GENERAL)).await?;
            self.with(|state| state.has_builtin = true);
        }
        let books = self.clone();
        app.db.read(move |conn| books.look(conn, project)).await
    }

    /// Forgets what was read, so that the next arrival sees what was just brought in.
    pub fn forget(&self) {
        self.with(|state| {
            state.generation += 1;
            state.books.clear();
        });
    }

    /// A book that was looked at lately. A stale one is used by others while one caller looks.
    fn fresh(&self, project: ProjectKey) -> Option<Arc<Book>> {
        self.with(|state| {
            let kept = state.books.get_mut(&project)?;
            if kept.looked_at.elapsed() < FRESH {
                return Some(Arc::clone(&kept.book));
            }
            kept.looked_at = Instant::now();
            None
        })
    }

    fn look(&self, conn: &mut AnyConnection, project: ProjectKey) -> Result<Arc<Book>> {
        let generation = self.with(|state| state.generation);
        let versions = (store::version(conn, store::GENERAL)?, store::version(conn, project)?);
        let known =
            self.with(|state| state.books.get(&project).filter(|kept| kept.versions == versions).cloned());
        if let Some(kept) = known {
            return Ok(kept.book);
        }
        let general = self.general(conn, versions.0)?;
        let book = Arc::new(Book::new(general, store::prices(conn, project)?));
        let kept = Kept { looked_at: Instant::now(), versions, book: Arc::clone(&book) };
        self.with(|state| {
            if state.generation == generation {
                state.books.insert(project, kept);
            }
        });
        Ok(book)
    }

    fn general(&self, conn: &mut AnyConnection, version: i64) -> Result<Arc<Index>> {
        let known = self.with(|state| state.general.clone());
        if let Some((_, index)) = known.filter(|(known, _)| *known == version) {
            return Ok(index);
        }
        let index = Arc::new(Index::new(store::prices(conn, store::GENERAL)?));
        self.with(|state| state.general = Some((version, Arc::clone(&index))));
        Ok(index)
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
