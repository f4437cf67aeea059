//! The walk itself: ask, wait when told to, ask for less when it was too much, ingest, write down the place.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::select;
use tokio::time::{Instant, sleep, sleep_until};

use crate::db::Tx;
use crate::foundation::ids::random_bytes;
use crate::foundation::{Action, Actor, Asker, Digest, Error, ProjectKey, Result, Timestamp};
use crate::intake::Intake;
use crate::intake::ingest::{RequestBody, ingest_batch};
use crate::jobs::{Fence, Stopping};
use crate::state::App;
use crate::traces;

use super::client::{Answer, Client};
use super::convert::{Context, Event};
use super::model::{Address, Counts, Dialect, OVERLAP, Stage, Task, Walk, What, source_name};
use super::source::{self, Page};
use super::store::{self, Place};

/// Before the first Langfuse server: where a first pull begins.
const BEGINNING: &str = "2023-01-01T00:00:00Z";
/// Tries of one request before the walk gives up; its place is kept.
const TRIES: u32 = 8;
/// The same for a server that has not answered in this run at all: the job comes again later, and holds no slot meanwhile.
const FIRST_TRIES: u32 = 2;
/// The longest wait between two tries that nobody asked for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Events of one ingest batch together, in bytes.
const BATCH_BYTES: usize = 4 << 20;
/// Refusals that are written to the log in full, for one page.
const LOGGED: usize = 3;

/// What to pull, from where, into what.
#[derive(Clone)]
pub struct Pull {
    pub app: App,
    /// What arriving traces set off.
    pub intake: Intake,
    /// In whose name, and the project that takes it: the rule behind a job, or the operator of a command.
    pub asker: Asker,
    pub client: Client,
    /// The public key, which says which of the server's projects it is.
    pub public_key: String,
    /// From when; none is where the last pull ended, or the beginning.
    pub from: Option<Timestamp>,
    /// Until when; none is now.
    pub to: Option<Timestamp>,
    /// The length of a window, in microseconds.
    pub window: i64,
    pub what: What,
    /// The shortest time between two requests.
    pub pause: Duration,
    /// Waits after a busy answer are this many times shorter; 1 but in tests.
    pub haste: u32,
    /// Asks and reads, but stores nothing.
    pub is_dry: bool,
    /// How long one run goes on; then it stops as if it had been asked to.
    pub turn: Option<Duration>,
    /// The source that must still be there when a page is stored; none for a pull by hand.
    pub source: Option<String>,
}

/// How a run of a pull ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// What was pulled by this walk, with its earlier runs.
    pub counts: Counts,
    /// Whether the walk is over; otherwise it was asked to stop.
    pub is_finished: bool,
    pub dialect: Dialect,
}

/// A run under way.
struct Run<'a> {
    pull: &'a Pull,
    name: String,
    source: String,
    holder: String,
    stopping: Option<Stopping>,
    fence: Option<Fence>,
    walk: Walk,
    counts: Counts,
    next_request: Instant,
    /// When its turn is over.
    until: Option<Instant>,
    /// The server has answered in this run.
    is_answered: bool,
}

/// What the server has to say in the end.
enum Got {
    Body(Vec<u8>),
    Missing,
    TooMuch(String),
    Stopped,
}

impl Pull {
    /// Names this pull's place in the database: the source and what is pulled.
    pub fn name(&self) -> String {
        pull_name(self.client.address(), &self.public_key, self.what)
    }

    /// Goes on with the walk that an earlier run left, or begins one, until it is over or `stopping` asks to stop.
    /// `on_page` hears of every page.
    pub async fn run(
        &self,
        stopping: Option<Stopping>,
        fence: Option<Fence>,
        on_page: &mut impl AsyncFnMut(&Walk, &Counts) -> Result<()>,
    ) -> Result<Pulled> {
        self.asker.must(Action::SendTraces)?;
        let (project, name) = (self.asker.project, self.name());
        let asked = name.clone();
        let stored = self.app.db.read(move |conn| store::pull(conn, project, &asked)).await?;
        let source = source_name(self.client.address(), &self.public_key);
        let holder = hex::encode(random_bytes::<8>());
        let walk = Walk::new(Dialect::Legacy, self.what, Timestamp(0), Timestamp(0), self.window);
        let (counts, next_request) = (Counts::default(), Instant::now());
        let until = self.turn.map(|turn| next_request + turn);
        let mut run = Run {
            pull: self,
            name,
            source,
            holder,
            stopping,
            fence,
            walk,
            counts,
            next_request,
            until,
            is_answered: false,
        };
        let done = run.start_and_walk(stored, on_page).await;
        if let Err(cause) = &done {
            run.note_failure(cause).await;
        }
        done
    }
}

impl Run<'_> {
    async fn start_and_walk(
        &mut self,
        stored: Option<store::Pull>,
        on_page: &mut impl AsyncFnMut(&Walk, &Counts) -> Result<()>,
    ) -> Result<Pulled> {
        let watermark = stored.as_ref().and_then(|pull| pull.watermark);
        match stored.and_then(|pull| Some((pull.walk?, pull.counts))).filter(|(walk, _)| self.continues(walk))
        {
            Some((walk, counts)) => (self.walk, self.counts) = (walk, counts),
            None => self.walk = self.new_walk(watermark).await?,
        }
        self.write(|place, tx| store::begin(tx, place)).await?;
        while let Some(task) = self.walk.task() {
            if !self.step(&task).await? {
                return Ok(self.pulled(false));
            }
            on_page(&self.walk, &self.counts).await?;
        }
        let reached = self.reached(watermark);
        self.write(move |place, tx| store::finish(tx, place, reached)).await?;
        Ok(self.pulled(true))
    }

    fn pulled(&self, is_finished: bool) -> Pulled {
        Pulled { counts: self.counts, is_finished, dialect: self.walk.dialect }
    }

    /// An unfinished walk is gone on with unless another stretch of time is asked for.
    fn continues(&self, walk: &Walk) -> bool {
        let same = |asked: Option<Timestamp>, stored: i64| asked.is_none_or(|at| at.0 == stored);
        walk.what == self.pull.what && same(self.pull.from, walk.from) && same(self.pull.to, walk.to)
    }

    async fn new_walk(&mut self, watermark: Option<Timestamp>) -> Result<Walk> {
        let now = self.pull.app.now();
        let beginning = Timestamp::parse_rfc3339(BEGINNING).unwrap_or_default();
        let from = self.pull.from.or(watermark.map(|at| at.plus_micros(-OVERLAP))).unwrap_or(beginning);
        let to = self.pull.to.unwrap_or(now);
        if from >= to {
            return Err(Error::invalid("from", "the beginning must be before the end"));
        }
        let dialect = self.probe(now).await?;
        Ok(Walk::new(dialect, self.pull.what, from, to, self.pull.window))
    }

    /// Which routes the server has. A route that is there but not for this installation counts as missing.
    async fn probe(&mut self, now: Timestamp) -> Result<Dialect> {
        match self.ask("/api/public/health").await? {
            Got::Body(_) => {}
            Got::Stopped => return Err(stopped()),
            _ => {
                return Err(Error::refused(
                    "the server does not answer /api/public/health; is this a Langfuse server?",
                ));
            }
        }
        match self.ask(&source::probe_path(now)).await? {
            Got::Body(_) | Got::TooMuch(_) => Ok(Dialect::V4),
            Got::Missing => Ok(Dialect::Legacy),
            Got::Stopped => Err(stopped()),
        }
    }

    /// One page; `false` when the run was asked to stop.
    async fn step(&mut self, task: &Task) -> Result<bool> {
        if self.is_stopped() {
            return Ok(false);
        }
        let body = match self.ask(&source::path(&self.walk, task)).await? {
            Got::Body(body) => body,
            Got::Stopped => return Ok(false),
            Got::Missing => return self.without_route(task).map(|()| true),
            Got::TooMuch(why) => return self.ask_for_less(&why).map(|()| true),
        };
        let (name, walk, asked) = (self.source.clone(), self.walk.clone(), task.clone());
        let read = move || source::read(&name, &walk, &asked, &body);
        let page = tokio::task::spawn_blocking(read).await.map_err(Error::internal)??;
        if self.learns(&page) {
            self.counts.repeats += 1;
            return Ok(true);
        }
        self.still_wanted().await?;
        self.take(task, page).await?;
        self.write(|place, tx| store::save(tx, place)).await?;
        Ok(true)
    }

    /// Its source may have been removed while the server was thinking.
    async fn still_wanted(&self) -> Result<()> {
        let Some(source) = self.pull.source.clone() else { return Ok(()) };
        let project = self.pull.asker.project;
        let row = self.pull.app.db.read(move |conn| store::source(conn, project, &source)).await?;
        row.map(drop).ok_or_else(|| Error::not_found("the source of this pull"))
    }

    fn without_route(&mut self, task: &Task) -> Result<()> {
        if task.stage == Stage::Scores && self.walk.use_older_scores() {
            return Ok(());
        }
        Err(Error::refused("the server has no such list of traces; is this a Langfuse server?"))
    }

    fn ask_for_less(&mut self, why: &str) -> Result<()> {
        self.counts.repeats += 1;
        if self.walk.shrink() {
            return Ok(());
        }
        Err(Error::Unavailable(
            format!("one entry in one minute is still too much for the server: {why}").into(),
        ))
    }

    /// Whether the page is worth asking for again, now with the whole values of some metadata.
    fn learns(&mut self, page: &Page) -> bool {
        let mut new = false;
        for key in &page.long_keys {
            new |= self.walk.learn(key);
        }
        let cut = page.long_keys.iter().filter(|key| !self.walk.keys.contains(*key)).count();
        if !new {
            self.counts.cut += i64::try_from(cut).unwrap_or_default();
        }
        new
    }

    async fn take(&mut self, task: &Task, page: Page) -> Result<()> {
        let tops = count(page.contexts.iter().filter(|context| context.is_root).count());
        let contexts = self.news(page.contexts).await?;
        self.counts.refused += count(page.unreadable);
        let (about, rest) = (self.ingest(contexts).await?, self.ingest(page.events).await?);
        // A trace whose parts stand on several pages counts where its top stands.
        self.counts.traces += about.min(tops);
        *match task.stage {
            Stage::Traces => &mut self.counts.traces,
            Stage::Observations => &mut self.counts.observations,
            Stage::Scores => &mut self.counts.scores,
        } += rest;
        self.counts.pages += 1;
        self.walk.advance(page.entries, page.next);
        Ok(())
    }

    /// What observations say of their traces: the top ones always; others only where the top one is on another page and
    /// we do not know it yet.
    async fn news(&self, contexts: Vec<Context>) -> Result<Vec<Event>> {
        let (roots, others): (Vec<_>, Vec<_>) = contexts.into_iter().partition(|context| context.is_root);
        let rooted: BTreeSet<String> = roots.iter().map(|context| context.trace_id.clone()).collect();
        let project = self.pull.asker.project;
        let unknown = move |conn: &mut _| {
            let mut seen = BTreeSet::new();
            let mut news = Vec::new();
            for context in others.into_iter().filter(|context| !rooted.contains(&context.trace_id)) {
                let said = (context.trace_id.clone(), context.says.clone(), context.tags.clone());
                if seen.insert(said) && !is_known(conn, project, &context)? {
                    news.push(context.event);
                }
            }
            Ok(news)
        };
        let news = self.pull.app.db.read(unknown).await?;
        Ok(roots.into_iter().map(|context| context.event).chain(news).collect())
    }

    /// Sends events through the ordinary ingest; gives how many it took.
    async fn ingest(&mut self, events: Vec<Event>) -> Result<i64> {
        if self.pull.is_dry {
            return Ok(count(events.len()));
        }
        let limit = BATCH_BYTES.min(self.pull.app.config.ingest.max_body_bytes.saturating_sub(64));
        let (mut taken, mut batch, mut size) = (0, Vec::new(), 0);
        for event in events {
            if size + event.json.len() > limit && !batch.is_empty() {
                taken += self.send(std::mem::take(&mut batch)).await?;
                size = 0;
            }
            size += event.json.len() + 1;
            batch.push(event);
        }
        Ok(taken + if batch.is_empty() { 0 } else { self.send(batch).await? })
    }

    async fn send(&mut self, batch: Vec<Event>) -> Result<i64> {
        let sent = count(batch.len());
        let texts: Vec<String> = batch.into_iter().map(|event| event.json).collect();
        let body = format!("{{\"batch\":[{}]}}", texts.join(",")).into_bytes();
        let Pull { app, intake, asker, .. } = self.pull;
        let mut wait = Duration::from_millis(50);
        let answers = loop {
            match ingest_batch(app, intake, asker, RequestBody::plain(body.clone())).await {
                Err(Error::Busy { .. }) if wait < LONGEST_WAIT => {
                    sleep(wait).await;
                    wait *= 2;
                }
                Err(Error::TooLarge(why)) => {
                    tracing::warn!(%why, "an entry is larger than a request may be and is passed by");
                    self.counts.refused += sent;
                    return Ok(0);
                }
                other => break other?,
            }
        };
        let refused: Vec<_> = answers.iter().filter(|answer| answer.fault.is_some()).collect();
        for answer in refused.iter().take(LOGGED) {
            tracing::warn!(
                id = answer.id,
                why = answer.fault.as_deref(),
                "an entry of the source was refused"
            );
        }
        self.counts.refused += count(refused.len());
        Ok(sent - count(refused.len()))
    }

    /// Asks until there is an answer worth having, at the pace that was set and as often as the server may be asked.
    async fn ask(&mut self, path: &str) -> Result<Got> {
        let mut tries = 0;
        loop {
            self.wait_until(self.next_request).await;
            if self.is_stopped() {
                return Ok(Got::Stopped);
            }
            self.next_request = Instant::now() + self.pull.pause;
            self.counts.requests += 1;
            let answer = if self.is_answered {
                self.pull.client.get(path).await?
            } else {
                self.pull.client.get_soon(path).await?
            };
            let is_first = !self.is_answered;
            self.is_answered |= !matches!(answer, Answer::Silence(_) | Answer::Unreached(_));
            let (wait, why) = match answer {
                Answer::Body(body) => return Ok(Got::Body(body)),
                Answer::Missing => return Ok(Got::Missing),
                // A server that has not said a word yet is not thinking about too large a page.
                Answer::Silence(why) if !is_first => return Ok(Got::TooMuch(why)),
                Answer::Silence(why) | Answer::Unreached(why) => (None, why),
                Answer::TooMuch(why) => return Ok(Got::TooMuch(why)),
                Answer::Denied(why) | Answer::Refused(why) => return Err(Error::refused(why)),
                Answer::Later(wait, why) => (wait, why),
            };
            tries += 1;
            self.counts.repeats += 1;
            if tries >= if self.is_answered { TRIES } else { FIRST_TRIES } {
                return Err(Error::Unavailable(format!("{why} ({tries} times)").into()));
            }
            let own =
                LONGEST_WAIT.min(Duration::from_secs(1) * 2_u32.pow(tries - 1)) / self.pull.haste.max(1);
            tracing::info!(%why, wait_s = wait.unwrap_or(own).as_secs(), "the source is asked again later");
            self.next_request = Instant::now() + wait.unwrap_or(own);
        }
    }

    async fn wait_until(&mut self, moment: Instant) {
        match &mut self.stopping {
            Some(stopping) => {
                select(pin!(sleep_until(moment)), pin!(stopping.asked())).await;
            }
            None => sleep_until(moment).await,
        }
    }

    fn is_stopped(&self) -> bool {
        let is_over = self.until.is_some_and(|until| Instant::now() >= until);
        is_over || self.stopping.as_ref().is_some_and(Stopping::is_asked)
    }

    /// How far everything is here now: a walk that left a gap moves nothing.
    fn reached(&self, watermark: Option<Timestamp>) -> Option<Timestamp> {
        match watermark {
            Some(at) if self.walk.from > at.0 => Some(at),
            Some(at) => Some(at.max(Timestamp(self.walk.to))),
            None => Some(Timestamp(self.walk.to)),
        }
    }

    /// One write about this run, refused when its job has been taken over.
    async fn write(&self, f: impl FnOnce(&Place, &mut Tx<'_>) -> Result<()> + Send + 'static) -> Result<()> {
        if self.pull.is_dry {
            return Ok(());
        }
        let place = Place {
            project: self.pull.asker.project,
            name: self.name.clone(),
            url: self.pull.client.address().as_str().to_owned(),
            holder: self.holder.clone(),
            walk: self.walk.clone(),
            counts: self.counts,
        };
        let fence = self.fence.clone();
        let write = move |tx: &mut Tx<'_>| {
            fence.iter().try_for_each(|fence| fence.check(tx))?;
            f(&place, tx)
        };
        self.pull.app.db.write(&Actor::system(), write).await
    }

    async fn note_failure(&self, cause: &Error) {
        let why = cause.to_string();
        let noted = self.write(move |place, tx| store::fail(tx, place, &why)).await;
        if let Err(cause) = noted {
            tracing::warn!(%cause, "why a pull stopped could not be noted");
        }
    }
}

/// A walk is begun only once it is known how the server is asked.
fn stopped() -> Error {
    Error::Unavailable("the pull was stopped before it began".into())
}

/// Names a pull: the source and what is pulled of it.
pub fn pull_name(address: &Address, public_key: &str, what: What) -> String {
    let what = format!("{}\n{} {}", source_name(address, public_key), what.traces, what.scores);
    Digest::of(what.as_bytes()).to_hex()
}

/// Whether the trace's row says all of this already.
fn is_known(conn: &mut crate::db::AnyConnection, project: ProjectKey, context: &Context) -> Result<bool> {
    let Some(row) = traces::reads::trace(conn, project, &context.trace_id)? else { return Ok(false) };
    let tags = row.tag_list();
    let ours = [row.name, row.user_id, row.session_id, row.release, row.version];
    let says = context.says.iter().zip(&ours).all(|(said, known)| said.is_none() || said == known);
    Ok(says && context.tags.iter().all(|tag| tags.contains(tag)))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
