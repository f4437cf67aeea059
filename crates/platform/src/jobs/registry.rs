//! Which kinds of job there are and what runs each; filled where the features are put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};

use super::context::JobContext;
use super::model::{Tier, When};
use super::worker::Slot;

/// A kind of job, as the feature that enqueues it declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobKind {
    /// `feature.verb`, e.g. `langfuse.pull`; it is stored and must not change.
    pub name: &'static str,
    pub tier: Tier,
    /// Attempts until it is dead, at least 1.
    pub max_attempts: i64,
}

/// What runs a job. It may run more than once for one job; what it needs of the process it brings along.
pub type Run = Arc<dyn Fn(JobContext) -> LocalBoxFuture<'static, Result<()>> + Send + Sync>;

/// What a job of this payload is about, in words without secrets; none when it is not known any more.
pub type Subject = fn(&mut AnyConnection, ProjectKey, &str) -> Result<Option<String>>;

/// A job that the installation itself asks for again and again.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its name, e.g. `traces.retention`.
    pub name: &'static str,
    pub when: When,
    /// What it enqueues.
    pub kind: JobKind,
    pub payload: Value,
}

/// All kinds with what runs them, and the schedules of the installation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: Arc<BTreeMap<&'static str, (JobKind, Run)>>,
    schedules: Arc<Vec<Schedule>>,
    titles: Arc<BTreeMap<&'static str, &'static str>>,
    subjects: Arc<BTreeMap<&'static str, Subject>>,
    outward: Arc<BTreeSet<&'static str>>,
}

impl Registry {
    /// Adds a kind.
    #[must_use]
    pub fn job(
        mut self,
        kind: JobKind,
        run: impl Fn(JobContext) -> LocalBoxFuture<'static, Result<()>> + Send + Sync + 'static,
    ) -> Self {
        Arc::make_mut(&mut self.kinds).insert(kind.name, (kind, Arc::new(run)));
        self
    }

    /// Says that jobs of a kind wait for servers of others, who may never answer: they run in slots of their own, so that
    /// those never hold up what depends on nobody.
    #[must_use]
    pub fn outward(mut self, kind: JobKind) -> Self {
        Arc::make_mut(&mut self.outward).insert(kind.name);
        self
    }

    /// Says in words what a kind does, for the page of jobs.
    #[must_use]
    pub fn titled(mut self, kind: JobKind, title: &'static str) -> Self {
        Arc::make_mut(&mut self.titles).insert(kind.name, title);
        self
    }

    /// What a kind does, in words; its name where nobody said.
    pub fn title<'a>(&self, name: &'a str) -> &'a str {
        self.titles.get(name).copied().unwrap_or(name)
    }

    /// Says how jobs of a kind are told from each other, for the page of jobs.
    #[must_use]
    pub fn about(mut self, kind: JobKind, subject: Subject) -> Self {
        Arc::make_mut(&mut self.subjects).insert(kind.name, subject);
        self
    }

    /// The title with what the payload is about: `Pull from a Langfuse server: Production`.
    pub(super) fn title_of(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        name: &str,
        payload: impl FnOnce(&mut AnyConnection) -> Result<String>,
    ) -> Result<String> {
        let title = self.title(name);
        let Some(subject) = self.subjects.get(name) else { return Ok(title.to_owned()) };
        let payload = payload(conn)?;
        let about = subject(conn, project, &payload)?;
        Ok(about.map_or_else(|| title.to_owned(), |about| format!("{title}: {about}")))
    }

    /// Adds a schedule of the installation (project 0); those of projects are made by [`super::set_schedule`].
    #[must_use]
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        Arc::make_mut(&mut self.schedules).push(schedule);
        self
    }

    /// The kinds this process can run, by name.
    pub fn names(&self) -> Vec<&'static str> {
        self.kinds.keys().copied().collect()
    }

    /// The kinds that a slot takes.
    pub(super) fn names_for(&self, slot: Slot) -> Vec<&'static str> {
        let is_outward = |name: &&'static str| self.outward.contains(*name);
        self.names().into_iter().filter(|name| is_outward(name) == (slot == Slot::Outward)).collect()
    }

    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<JobKind> {
        self.kinds.get(name).map(|(kind, _)| *kind)
    }

    pub(super) fn run(&self, name: &str) -> Result<Run> {
        let found = self.kinds.get(name).map(|(_, run)| Arc::clone(run));
        found.ok_or_else(|| Error::not_found(format!("the job kind {name}")))
    }

    pub(super) fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }
}
