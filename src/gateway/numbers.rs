//! Numbers of calls: gap-free by project, reserved in blocks that are in the ledger before a number of them is used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::spawn_local;

use crate::foundation::{Actor, Error, ProjectKey, Result};
use crate::state::App;

use super::blocks::{Block, Deal, LOW, SIZE};
use super::events::{BlockReserved, numbers_of};
use super::spool::Spool;
use super::store;

/// How often a reservation is tried anew when another process was quicker.
const TRIES: usize = 8;

/// The numbers of a process. Cheap to clone.
#[derive(Clone)]
pub struct Numbers {
    spool: Arc<Spool>,
    dealers: Arc<Mutex<HashMap<ProjectKey, Arc<Dealer>>>>,
}

#[derive(Default)]
struct Dealer {
    deal: Mutex<Deal>,
    /// One reserves at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Numbers {
    /// None yet.
    pub fn new(spool: Arc<Spool>) -> Self {
        Self { spool, dealers: Arc::default() }
    }

    /// The next number of a project. Only the first call of all and one after a long silence wait for the disk: before a block
    /// is used up the next one is reserved beside the calls.
    pub async fn take(&self, app: &App, project: ProjectKey) -> Result<i64> {
        let dealer = self.dealer(project);
        loop {
            let (number, left) = {
                let (now, mut deal) = (app.now(), lock(&dealer.deal));
                (deal.take(now), deal.left(now))
            };
            if let Some(number) = number {
                if left < LOW {
                    self.reserve_beside(app, project, &dealer);
                }
                return Ok(number);
            }
            let _turn = dealer.turn.lock().await;
            if lock(&dealer.deal).left(app.now()) == 0 {
                self.reserve(app, project, &dealer).await?;
            }
        }
    }

    /// Blocks of which this process deals no number any more.
    pub fn retired(&self, app: &App) -> Vec<(ProjectKey, Block)> {
        let now = app.now();
        let dealers: Vec<(ProjectKey, Arc<Dealer>)> =
            lock(&self.dealers).iter().map(|(project, dealer)| (*project, Arc::clone(dealer))).collect();
        let of_dealer = |(project, dealer): (ProjectKey, Arc<Dealer>)| {
            let retired = lock(&dealer.deal).retired(now);
            retired.into_iter().map(move |block| (project, block)).collect::<Vec<_>>()
        };
        dealers.into_iter().flat_map(of_dealer).collect()
    }

    /// The call that took a number was not begun after all.
    pub fn give_back(&self, project: ProjectKey, number: i64) {
        lock(&self.dealer(project).deal).give_back(number);
    }

    /// Whether numbers of a block are dealt here, or wait for their account.
    pub fn holds(&self, project: ProjectKey, first: i64) -> bool {
        lock(&self.dealer(project).deal).holds(first)
    }

    /// A retired block is accounted for.
    pub fn closed(&self, project: ProjectKey, first: i64) {
        lock(&self.dealer(project).deal).closed(first);
    }

    fn dealer(&self, project: ProjectKey) -> Arc<Dealer> {
        Arc::clone(lock(&self.dealers).entry(project).or_default())
    }

    fn reserve_beside(&self, app: &App, project: ProjectKey, dealer: &Arc<Dealer>) {
        if dealer.turn.try_lock().is_err() {
            return;
        }
        let (numbers, app, dealer) = (self.clone(), app.clone(), Arc::clone(dealer));
        spawn_local(async move {
            let Ok(_turn) = dealer.turn.try_lock() else { return };
            if lock(&dealer.deal).left(app.now()) >= LOW {
                return;
            }
            // The call that finds none tries again and tells its client.
            if let Err(cause) = numbers.reserve(&app, project, &dealer).await {
                tracing::warn!(%cause, "numbers of calls could not be reserved in advance");
            }
        });
    }

    async fn reserve(&self, app: &App, project: ProjectKey, dealer: &Dealer) -> Result<()> {
        self.spool
            .open()
            .map_err(|cause| Error::Unavailable(format!("no room for records of calls: {cause}").into()))?;
        let mut tries = 0;
        let block = loop {
            tries += 1;
            match self.reserve_once(app, project).await {
                // Another process took the same numbers first.
                Err(Error::Internal(_) | Error::Conflict { .. }) if tries < TRIES => {}
                other => break other?,
            }
        };
        lock(&dealer.deal).put(block);
        Ok(())
    }

    async fn reserve_once(&self, app: &App, project: ProjectKey) -> Result<Block> {
        let (ledger, process) = (app.ledger.clone(), self.spool.process().to_owned());
        let write = move |tx: &mut crate::db::Tx<'_>| {
            let (first, at) = (store::last_number(tx.conn, project)? + 1, tx.now());
            let last = first + SIZE - 1;
            store::put_block(tx.conn, project, (first, last), &process, at)?;
            ledger.append_next(tx, &numbers_of(project), BlockReserved { first, last, process }.draft()?)?;
            Ok(Block::new(first, last, at))
        };
        app.db.write(&Actor::system(), write).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
