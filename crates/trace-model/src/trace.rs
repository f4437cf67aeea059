//! One trace: what an arrival says of it as a whole, the fold of that, and what is shown.
//!
//! A trace may have ten thousand spans that come over many requests, so its fold is a state that two
//! batches build apart and join: joining is commutative, associative and repeats change nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::merge::MetadataTree;
use super::merge::register::{Earliest, Latest, LatestBody};
use super::{BodyRef, JsonMap, Stamp, WorkRef};

/// Tags of a trace, the first in their order. The state is read and written again with each arrival, so it is bounded; the
/// arrivals keep all that was sent.
pub const MOST_TAGS: usize = 2_000;
/// Work orders that a trace names, the first in their order.
const MOST_WORK_REFS: usize = 2_000;

/// Trace-level facts of one arrival; absent fields are unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceFacts {
    pub trace_id: String,
    /// The client sent the trace itself (`trace-create`), not only observations of it.
    pub declared: bool,
    pub name: Option<String>,
    /// The time given to the trace, UTC nanoseconds.
    pub timestamp_ns: Option<i64>,
    pub user_id: Option<String>,
    pub session_id: Option<String>,
    pub tenant: Option<String>,
    /// The release of the client's program.
    pub release: Option<String>,
    /// The version of the client's program.
    pub version: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// Whether the client asked for a public link.
    pub public: Option<bool>,
    /// Tags, in any order.
    pub tags: Vec<String>,
    pub metadata: JsonMap,
    pub input: Option<BodyRef>,
    pub output: Option<BodyRef>,
    /// This observation as a candidate for the top of the trace.
    pub root: Option<RootHint>,
    /// Work orders named in tags or metadata.
    pub work_refs: Vec<WorkRef>,
}

/// A candidate for the top of a trace: the smallest one is the root.
///
/// A span whose parent never comes must still be found, so every observation is a candidate; among
/// those with a parent the earliest is the likeliest, since a parent starts before its children.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RootHint {
    /// 0: no parent, or the client says it is the root; 1: it names a parent.
    pub rank: u8,
    /// Start, UTC nanoseconds.
    pub start_ns: i64,
    /// The observation.
    pub id: String,
    /// Its name, which names the trace when nothing else does.
    pub name: Option<String>,
}

/// What is known of a trace, and when each part was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TraceFold {
    declared: bool,
    first_event_ns: Option<i64>,
    last_event_ns: Option<i64>,
    name: Latest<String>,
    timestamp_ns: Earliest<i64>,
    user_id: Latest<String>,
    session_id: Latest<String>,
    tenant: Latest<String>,
    release: Latest<String>,
    version: Latest<String>,
    environment: Earliest<String>,
    public: Latest<bool>,
    tags: BTreeSet<String>,
    metadata: MetadataTree,
    input: LatestBody,
    output: LatestBody,
    root: Option<RootHint>,
    work_refs: BTreeSet<WorkRef>,
}

/// A trace as shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The client sent the trace itself, not only observations of it.
    pub declared: bool,
    /// Its name: as given, else that of its top observation when the trace itself never came.
    pub name: Option<String>,
    /// When it began, UTC nanoseconds.
    pub timestamp_ns: i64,
    /// When the last of its events happened, UTC nanoseconds.
    pub last_event_ns: i64,
    /// The user.
    pub user_id: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
    /// Whom it was made for.
    pub tenant: Option<String>,
    /// The release of the client's program.
    pub release: Option<String>,
    /// The version of the client's program.
    pub version: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// Whether the client asked for a public link.
    pub public: bool,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Metadata.
    pub metadata: JsonMap,
    /// The input given to the trace; when absent, that of the top observation stands for it.
    pub input: Option<BodyRef>,
    /// The output given to the trace; when absent, that of the top observation stands for it.
    pub output: Option<BodyRef>,
    /// The top observation: one without a parent, else the earliest.
    pub root_observation_id: Option<String>,
    /// Work orders named by the trace itself.
    pub work_refs: Vec<WorkRef>,
}

impl TraceFold {
    /// Hears what one arrival says.
    pub fn hear(&mut self, stamp: Stamp, facts: &TraceFacts) {
        self.declared |= facts.declared;
        self.span_time(stamp.time_ns);
        self.name.hear(stamp, facts.name.as_ref());
        self.timestamp_ns.hear(stamp, facts.timestamp_ns.as_ref());
        self.user_id.hear(stamp, facts.user_id.as_ref());
        self.session_id.hear(stamp, facts.session_id.as_ref());
        self.tenant.hear(stamp, facts.tenant.as_ref());
        self.release.hear(stamp, facts.release.as_ref());
        self.version.hear(stamp, facts.version.as_ref());
        self.environment.hear(stamp, facts.environment.as_ref());
        self.public.hear(stamp, facts.public.as_ref());
        for tag in &facts.tags {
            if !self.tags.contains(tag) {
                self.tags.insert(tag.clone());
            }
        }
        keep_first(&mut self.tags, MOST_TAGS);
        self.metadata.hear(stamp, &facts.metadata);
        self.input.hear(stamp, facts.input);
        self.output.hear(stamp, facts.output);
        self.offer_root(facts.root.as_ref());
        self.work_refs.extend(facts.work_refs.iter().cloned());
        keep_first(&mut self.work_refs, MOST_WORK_REFS);
    }

    /// Hears what another state heard.
    pub fn join(&mut self, other: &Self) {
        self.declared |= other.declared;
        for time in [other.first_event_ns, other.last_event_ns].into_iter().flatten() {
            self.span_time(time);
        }
        self.name.join(&other.name);
        self.timestamp_ns.join(&other.timestamp_ns);
        self.user_id.join(&other.user_id);
        self.session_id.join(&other.session_id);
        self.tenant.join(&other.tenant);
        self.release.join(&other.release);
        self.version.join(&other.version);
        self.environment.join(&other.environment);
        self.public.join(&other.public);
        self.tags.extend(other.tags.iter().cloned());
        keep_first(&mut self.tags, MOST_TAGS);
        self.metadata.join(&other.metadata);
        self.input.join(&other.input);
        self.output.join(&other.output);
        self.offer_root(other.root.as_ref());
        self.work_refs.extend(other.work_refs.iter().cloned());
        keep_first(&mut self.work_refs, MOST_WORK_REFS);
    }

    /// The conversation.
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.get().map(String::as_str)
    }

    /// The trace as shown.
    pub fn view(&self) -> Trace {
        let root = self.root.as_ref();
        let began = [self.first_event_ns, root.map(|root| root.start_ns)].into_iter().flatten().min();
        Trace {
            declared: self.declared,
            name: self.name.get().cloned().or_else(|| root.filter(|_| !self.declared)?.name.clone()),
            timestamp_ns: self.timestamp_ns.get().copied().or(began).unwrap_or_default(),
            last_event_ns: self.last_event_ns.unwrap_or_default(),
            user_id: self.user_id.get().cloned(),
            session_id: self.session_id.get().cloned(),
            tenant: self.tenant.get().cloned(),
            release: self.release.get().cloned(),
            version: self.version.get().cloned(),
            environment: self.environment.get().cloned(),
            public: self.public.get().copied().unwrap_or_default(),
            tags: self.tags.iter().cloned().collect(),
            metadata: self.metadata.view(),
            input: self.input.get(),
            output: self.output.get(),
            root_observation_id: root.map(|root| root.id.clone()),
            work_refs: self.work_refs.iter().cloned().collect(),
        }
    }

    fn span_time(&mut self, time_ns: i64) {
        self.first_event_ns = Some(self.first_event_ns.map_or(time_ns, |known| known.min(time_ns)));
        self.last_event_ns = Some(self.last_event_ns.map_or(time_ns, |known| known.max(time_ns)));
    }

    fn offer_root(&mut self, root: Option<&RootHint>) {
        let Some(root) = root else { return };
        if self.root.as_ref().is_none_or(|known| rank(root) < rank(known)) {
            self.root = Some(root.clone());
        }
    }
}

/// Takes away what comes last until so many are left: the first of all that was ever heard, in whatever order it was.
fn keep_first<T: Ord>(set: &mut BTreeSet<T>, most: usize) {
    while set.len() > most {
        set.pop_last();
    }
}

/// The smallest hint wins; one with a name beats the same one without.
fn rank(hint: &RootHint) -> (u8, i64, &str, bool, Option<&str>) {
    (hint.rank, hint.start_ns, &hint.id, hint.name.is_none(), hint.name.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(tags: impl Iterator<Item = usize>) -> TraceFacts {
        let tags: Vec<String> = tags.map(|number| format!("{number:06}")).collect();
        let work_refs = tags.iter().map(|tag| WorkRef { text: tag.clone() }).collect();
        TraceFacts { trace_id: "t".to_owned(), tags, work_refs, ..TraceFacts::default() }
    }

    #[test]
    fn what_a_trace_keeps_of_very_many_tags_does_not_depend_on_the_order_in_which_they_came() {
        let all: Vec<usize> = (0..3 * MOST_TAGS).collect();
        let mut whole = TraceFold::default();
        whole.hear(Stamp::default(), &tagged(all.iter().copied()));
        for size in [7, 1_000, 4_001] {
            let (mut forward, mut backward) = (TraceFold::default(), TraceFold::default());
            for chunk in all.chunks(size) {
                forward.hear(Stamp::default(), &tagged(chunk.iter().copied()));
            }
            for chunk in all.rchunks(size) {
                let mut part = TraceFold::default();
                part.hear(Stamp::default(), &tagged(chunk.iter().copied()));
                backward.join(&part);
            }
            assert_eq!((&forward, &backward), (&whole, &whole), "{size}");
        }
        let kept = whole.view();
        assert_eq!((kept.tags.len(), kept.work_refs.len()), (MOST_TAGS, MOST_WORK_REFS));
        assert_eq!(kept.tags.last().map(String::as_str), Some("001999"));
    }
}
