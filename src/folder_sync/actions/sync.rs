//! One look at a folder: what changed in a file goes into its order, what changed in an order goes into its file.

use std::collections::{BTreeMap, HashSet};

use order_markdown::merge::{merge, opened};
use order_markdown::rewrite::same_plan;

use super::settle::reason;
use crate::db::AnyConnection;
use crate::folder_sync::files::{Folder, Found, MOST};
use crate::folder_sync::model::{Clash, Did, Line, Report};
use crate::folder_sync::state::{Entry, FILE, State};
use crate::folder_sync::store;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Asker, Digest, Error, Result};
use crate::work_orders::Orders;
use crate::work_orders::actions::export::export;
use crate::work_orders::actions::import::import;
use crate::work_orders::actions::rewrite_plan::{Rewrite, rewrite_plan};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self, Filter, OrderRow};

/// How a folder is looked at.
#[derive(Clone, Debug, Default)]
pub struct How {
    /// The id of the project.
    pub project: String,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Make no file for an order that has none.
    pub no_new_files: bool,
}

/// Looks at a folder once. What is done is done as whoever asks, by the rules of every change; one file that cannot be brought in
/// step hinders no other.
pub async fn sync(orders: &Orders, asker: &Asker, folder: &Folder, how: &How) -> Result<Report> {
    asker.must_some(Action::ViewOrders)?;
    let state = State::read(folder.own(FILE)?.as_deref(), &how.project)?;
    let mut round = Round {
        orders,
        asker,
        folder,
        how,
        state,
        rows: visible(orders, asker).await?,
        report: Report::default(),
        unkept: 0,
    };
    let done = round.all().await;
    // What is in step is recorded whatever came after it.
    round.flush()?;
    done?;
    Ok(round.report)
}

/// Changes that are recorded together; whoever is killed before finds them again by what the texts say.
const TOGETHER: usize = 50;

/// The orders that somebody may see, by their ids.
async fn visible(orders: &Orders, asker: &Asker) -> Result<BTreeMap<String, OrderRow>> {
    let who = asker.clone();
    let read = move |conn: &mut AnyConnection| {
        let mut rows = BTreeMap::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = reads::list(conn, who.project, &Filter::default(), after.as_ref(), 500)?;
            let Some(last) = page.last() else { return Ok(rows) };
            after = Some(Cursor { at: last.updated_at, id: last.order_id.clone() });
            let seen = page.into_iter().filter(|row| who.may_for(Action::ViewOrders, &row.tie(&who)));
            rows.extend(seen.map(|row| (row.order_id.clone(), row)));
            if rows.len() > MOST {
                return Err(Error::refused(format!(
                    "The project has more than {MOST} orders; so many are not kept in a folder."
                )));
            }
        }
    };
    orders.app.db.read(read).await
}

struct Round<'a> {
    orders: &'a Orders,
    asker: &'a Asker,
    folder: &'a Folder,
    how: &'a How,
    state: State,
    rows: BTreeMap<String, OrderRow>,
    report: Report,
    /// Changes of the state that are not in its file yet.
    unkept: usize,
}

impl Round<'_> {
    async fn all(&mut self) -> Result<()> {
        self.files().await?;
        if self.how.no_new_files { Ok(()) } else { self.orders_without_files().await }
    }

    async fn files(&mut self) -> Result<()> {
        let found = self.folder.files()?;
        let there: HashSet<&str> = found.iter().map(|file| file.path.as_str()).collect();
        let gone: Vec<String> =
            self.state.orders.keys().filter(|path| !there.contains(path.as_str())).cloned().collect();
        for file in &found {
            let done = match &file.text {
                Err(why) => Err(Error::refused(why.clone())),
                Ok(text) => self.file(&found, &file.path, text, &gone).await,
            };
            match done {
                Ok(()) => {}
                Err(cause) if is_about_one(&cause) => self.say(&file.path, Did::Refused(cause.to_string())),
                Err(cause) => return Err(cause),
            }
        }
        for path in gone {
            self.gone(&path)?;
        }
        Ok(())
    }

    async fn file(&mut self, found: &[Found], path: &str, text: &str, gone: &[String]) -> Result<()> {
        if self.state.orders.contains_key(path) {
            return self.known(path, text).await;
        }
        let digest = Digest::of(text.as_bytes());
        let before =
            gone.iter().find(|path| self.state.orders.get(*path).is_some_and(|entry| entry.file == digest));
        if let Some(before) = before.cloned() {
            self.say(path, Did::Renamed(before.clone()));
            if let Some(entry) = self.state.orders.remove(&before) {
                self.state.orders.insert(path.to_owned(), Entry { gone: false, ..entry });
            }
            self.keep()?;
            return self.known(path, text).await;
        }
        self.bring_in(found, path, text).await
    }

    /// A file without an order: one that was written from an order just before we were killed, one that was imported before, or
    /// really a new one.
    async fn bring_in(&mut self, found: &[Found], path: &str, text: &str) -> Result<()> {
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md");
        let named = self.rows.values().find(|row| row.number.eq_ignore_ascii_case(stem)).cloned();
        if let Some(row) = named.filter(|row| !self.is_linked(found, &row.order_id)) {
            let here = self.export(&row.number).await?;
            if here == text {
                self.link(path, &row, text, here)?;
                self.say(path, Did::Found);
                return Ok(());
            }
        }
        if self.how.dry_run {
            crate::work_orders::read::read(text)?;
            self.say(path, Did::Imported);
            return Ok(());
        }
        let name = path.rsplit('/').next().map(str::to_owned);
        let done = import(&self.orders.app, self.asker, name, text.as_bytes().to_vec()).await?;
        let row = self.row(&done.order_id).await?;
        if !done.is_new
            && let Some(other) = self.linked(found, &done.order_id)
        {
            return Err(Error::refused(format!(
                "it says what {other} said: one file for one order ({})",
                row.number
            )));
        }
        self.link(path, &row, text, text.to_owned())?;
        self.say(path, if done.is_new { Did::Imported } else { Did::Found });
        if done.is_new { Ok(()) } else { self.known(path, text).await }
    }

    fn is_linked(&self, found: &[Found], order: &str) -> bool {
        self.linked(found, order).is_some()
    }

    /// The file that an order has already.
    fn linked(&self, found: &[Found], order: &str) -> Option<String> {
        let own = self
            .state
            .orders
            .iter()
            .find(|(path, entry)| entry.order == order && found.iter().any(|file| file.path == **path));
        own.map(|(path, _)| path.clone())
    }

    fn link(&mut self, path: &str, row: &OrderRow, file: &str, base: String) -> Result<()> {
        self.state.orders.retain(|_, entry| entry.order != row.order_id);
        let entry = Entry {
            order: row.order_id.clone(),
            version: row.version,
            file: Digest::of(file.as_bytes()),
            base,
            gone: false,
        };
        self.rows.insert(row.order_id.clone(), row.clone());
        self.state.orders.insert(path.to_owned(), entry);
        self.keep()
    }

    /// A file that belongs to an order.
    async fn known(&mut self, path: &str, text: &str) -> Result<()> {
        let Some(entry) = self.state.orders.get(path).cloned() else { return Ok(()) };
        let Some(row) = self.rows.get(&entry.order).cloned() else {
            return Err(Error::refused(
                "the order that it belongs to is not here, or not for this account to see",
            ));
        };
        let clash = self.clash(&entry.order).await?;
        let is_same =
            entry.file == Digest::of(text.as_bytes()) && entry.version == row.version && clash.is_none();
        if is_same && !entry.gone {
            self.report.unchanged += 1;
            return Ok(());
        }
        let here = self.export(&row.number).await?;
        let settled =
            clash.as_ref().filter(|clash| clash.file == text).and_then(|clash| clash.settled.clone());
        let (base, file) = match settled {
            Some(settled) => (settled.here, settled.file),
            None => (entry.base.clone(), text.to_owned()),
        };
        self.join(path, text, Texts { base, file, here }, clash, &row).await
    }

    async fn join(
        &mut self,
        path: &str,
        text: &str,
        texts: Texts,
        clash: Option<Clash>,
        row: &OrderRow,
    ) -> Result<()> {
        let merged = merge(&texts.base, &texts.file, &texts.here);
        let Some(joined) = merged.text() else {
            let places = merged.clashes().count();
            return self.keep_clash(path, text, &texts.base, clash, row, places).await;
        };
        let changes_plan = !same_plan(&joined, &texts.here);
        let mut here = texts.here.clone();
        if changes_plan && !self.how.dry_run {
            let rewrite = Rewrite { was: here, text: joined.clone(), reason: reason(path) };
            rewrite_plan(self.orders, self.asker, &row.order_id, rewrite).await?;
            here = self.export(&row.number).await?;
        }
        // The order may write what the file says in its own way; what only the file ticks stays in the file.
        let file = match merge(&opened(&joined), &joined, &here).text() {
            Some(file) if !self.how.dry_run && !same_plan(&joined, &here) => file,
            _ => joined,
        };
        let writes = file != text;
        if writes && !self.how.dry_run && !self.folder.write(path, Some(text.as_bytes()), file.as_bytes())? {
            return Err(Error::refused("somebody is writing it just now; look again"));
        }
        if clash.is_some() && !self.how.dry_run {
            self.forget_clash(&row.order_id).await?;
        }
        match (changes_plan, writes) {
            (true, true) => self.say(path, Did::Joined),
            (true, false) => self.say(path, Did::PlanChanged),
            (false, true) => self.say(path, Did::FileWritten),
            (false, false) => self.report.unchanged += 1,
        }
        if self.how.dry_run {
            return Ok(());
        }
        let row = self.row(&row.order_id).await?;
        self.link(path, &row, &file, here)
    }

    /// Nothing is chosen: the file keeps its words, the order its own, and both wait on the order's page.
    async fn keep_clash(
        &mut self,
        path: &str,
        text: &str,
        base: &str,
        known: Option<Clash>,
        row: &OrderRow,
        places: usize,
    ) -> Result<()> {
        self.say(path, Did::Clash(places));
        let is_known = known
            .is_some_and(|it| it.base == base && it.file == text && it.settled.is_none() && it.path == path);
        if is_known || self.how.dry_run {
            return Ok(());
        }
        let (project, order_id) = (self.asker.project, row.order_id.clone());
        let clash = Clash {
            order_id,
            path: path.to_owned(),
            base: base.to_owned(),
            file: text.to_owned(),
            at: self.orders.app.now(),
            settled: None,
        };
        let write = move |tx: &mut crate::db::Tx<'_>| store::put(tx.conn, project, &clash);
        self.orders.app.db.write(&self.asker.actor, write).await
    }

    fn gone(&mut self, path: &str) -> Result<()> {
        let Some(entry) = self.state.orders.get_mut(path) else { return Ok(()) };
        if !entry.gone {
            entry.gone = true;
            self.say(path, Did::Gone);
            self.keep()?;
        }
        Ok(())
    }

    /// Orders that are under way and have no file get one that is called by their number.
    async fn orders_without_files(&mut self) -> Result<()> {
        let linked: HashSet<String> = self.state.orders.values().map(|entry| entry.order.clone()).collect();
        let is_open = |row: &&OrderRow| !matches!(row.status(), Status::Cancelled | Status::Closed);
        let without: Vec<OrderRow> = self
            .rows
            .values()
            .filter(|row| !linked.contains(&row.order_id))
            .filter(is_open)
            .cloned()
            .collect();
        for row in without {
            let path = format!("{}.md", row.number);
            if self.how.dry_run {
                self.say_of(&path, &row.number, Did::FileMade);
                continue;
            }
            let here = self.export(&row.number).await?;
            if !self.folder.write(&path, None, here.as_bytes())? {
                let why = "there is another file of this name; call it otherwise".to_owned();
                self.say_of(&path, &row.number, Did::Refused(why));
                continue;
            }
            self.link(&path, &row, &here, here.clone())?;
            self.say(&path, Did::FileMade);
        }
        Ok(())
    }

    fn say(&mut self, path: &str, did: Did) {
        let order = self.state.orders.get(path).and_then(|entry| self.rows.get(&entry.order));
        let number = order.map(|row| row.number.clone()).unwrap_or_default();
        self.say_of(path, &number, did);
    }

    fn say_of(&mut self, path: &str, number: &str, did: Did) {
        self.report.lines.push(Line { path: path.to_owned(), number: number.to_owned(), did });
    }

    /// Records what is in step now; only after it is.
    fn keep(&mut self) -> Result<()> {
        self.unkept += 1;
        if self.unkept >= TOGETHER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        if self.unkept > 0 && !self.how.dry_run {
            self.folder.write_own(FILE, &self.state.to_bytes()?)?;
        }
        self.unkept = 0;
        Ok(())
    }

    async fn export(&self, number: &str) -> Result<String> {
        let (who, number) = (self.asker.clone(), number.to_owned());
        self.orders.app.db.read(move |conn| export(conn, &who, &number)).await
    }

    async fn row(&self, id: &str) -> Result<OrderRow> {
        let (project, id) = (self.asker.project, id.to_owned());
        let row = self.orders.app.db.read(move |conn| reads::by_id(conn, project, &id)).await?;
        row.ok_or_else(|| Error::not_found("the work order"))
    }

    async fn clash(&self, id: &str) -> Result<Option<Clash>> {
        let (project, id) = (self.asker.project, id.to_owned());
        self.orders.app.db.read(move |conn| store::find(conn, project, &id)).await
    }

    async fn forget_clash(&self, id: &str) -> Result<()> {
        let (project, id) = (self.asker.project, id.to_owned());
        let write = move |tx: &mut crate::db::Tx<'_>| store::forget(tx.conn, project, &id);
        self.orders.app.db.write(&self.asker.actor, write).await
    }
}

/// The three texts of a file and its order.
struct Texts {
    base: String,
    file: String,
    here: String,
}

/// Whether something is wrong with one file alone, and not with the machine.
fn is_about_one(cause: &Error) -> bool {
    matches!(
        cause,
        Error::Invalid(_) | Error::Refused(_) | Error::Forbidden(_) | Error::NotFound(_) | Error::TooLarge(_)
    )
}
