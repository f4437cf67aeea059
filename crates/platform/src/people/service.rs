//! What the actions of people share: the application, the password hasher, the key cache, what strangers tried.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::db::Tx;
use crate::foundation::{Actor, Asker, Error, Result};
use crate::ledger::Stream;
use crate::state::App;

use super::actions::check_key::KnownKey;
use super::backoff::Strangers;
use super::events::PeopleEvent;
use super::key_cache::KeyCache;
use super::model::AccountId;
use super::password::Hasher;
use super::secrets::Token;
use super::shown_once::ShownOnce;
use super::store::ProjectRow;

/// The people service. Cheap to clone; there is one in a process, because it holds the key cache.
#[derive(Clone)]
pub struct People {
    pub app: App,
    pub(super) hasher: Hasher,
    pub(super) keys: Arc<KeyCache<Option<KnownKey>>>,
    pub(super) strangers: Arc<Strangers>,
    pub(super) shown_once: Arc<ShownOnce>,
}

/// Where a request came from, as far as the server can tell.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The address of the other side.
    pub ip: String,
    /// What the browser says it is; cut to 300 characters.
    pub user_agent: String,
    /// The request's id, stamped on events.
    pub request_id: Option<String>,
    /// What the browser carries since somebody signed in with it.
    pub device: Option<Token>,
}

impl Visitor {
    /// Where somebody known asks from.
    pub fn of_asker(asker: &Asker) -> Self {
        let request_id = asker.request_id().map(str::to_owned);
        Self { ip: asker.address.clone(), request_id, ..Self::default() }
    }

    /// The place that its attempts are counted under as long as its device is not known. Whoever has one address of the
    /// new kind has the 2^64 beside it too, so they are one place.
    pub(super) fn source(&self) -> String {
        match self.ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("address:{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Ok(ip) => format!("address:{ip}"),
            Err(_) => {
                let ip: String = self.ip.chars().filter(|c| !c.is_control()).take(64).collect();
                format!("address:{ip}")
            }
        }
    }
}

impl People {
    /// The service; hashes one decoy password, so build it once at start.
    pub fn new(app: App) -> Result<Self> {
        Ok(Self::with(app, Hasher::new()?))
    }

    /// The service that makes up the people of an example, with passwords that nobody chose and that are printed once. No
    /// request reaches it: it is gone before the first is answered.
    pub fn of_example(app: App) -> Result<Self> {
        Ok(Self::with(app, Hasher::of_made_up()?))
    }

    fn with(app: App, hasher: Hasher) -> Self {
        Self { app, hasher, keys: Arc::default(), strangers: Arc::default(), shown_once: Arc::default() }
    }

    /// Whether any person has an account yet.
    pub async fn has_owner(&self) -> Result<bool> {
        self.app.db.read(super::store::has_human).await
    }

    /// The first project made, where headless set-up and the first owner begin.
    pub async fn first_project(&self) -> Result<Option<ProjectRow>> {
        self.app.db.read(super::store::first_project).await
    }

    /// The printed name of an account.
    pub async fn name_of(&self, account: AccountId) -> Result<String> {
        let row = self.app.db.read(move |conn| super::store::account(conn, &account)).await?;
        row.map(|row| row.name).ok_or_else(|| Error::not_found("that account"))
    }

    /// One transaction about people; such writers take turns.
    pub(super) async fn write<T, F>(&self, actor: &Actor, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let people = self.clone();
        let write = move |tx: &mut Tx<'_>| {
            super::store::take_turn(tx)?;
            f(&people, tx)
        };
        self.app.db.write(actor, write).await
    }

    /// Appends one event and projects it.
    pub(super) fn emit(&self, tx: &mut Tx<'_>, stream: &Stream, event: &PeopleEvent) -> Result<()> {
        self.app.ledger.append_next(tx, stream, event.draft()?)?;
        Ok(())
    }

    /// Forgets cached keys once the transaction is on disk.
    pub(super) fn clear_keys_after(&self, tx: &mut Tx<'_>) {
        let keys = Arc::clone(&self.keys);
        tx.after_commit(move || keys.clear());
    }
}
