//! What the address of a trace page asks for; every state of the page is an address, so links work without scripts.

use crate::traces::reads::SpanRow;
use crate::web::Form;
use trace_model::{Level, ObservationKind};

use super::rows::{kind_of, level_of};

/// Opened, closed and windowed rows kept in an address; older ones fall out.
const MOST_KEPT: usize = 12;

/// How bodies are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Messages,
    /// As a tree of JSON.
    Json,
    /// As received.
    Raw,
}

impl View {
    /// The word of the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Json => "json",
            Self::Raw => "raw",
        }
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceQuery {
    pub observation: Option<String>,
    pub view: View,
    /// Whole bodies instead of their beginnings.
    pub whole: bool,
    /// Rows opened by hand.
    pub open: Vec<String>,
    /// Rows closed by hand.
    pub closed: Vec<String>,
    /// Where windows of siblings begin: parent (empty at the top) and number.
    pub from: Vec<(String, usize)>,
    pub filter: TreeFilter,
}

/// Which spans of a tree to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeFilter {
    /// Words in the name, the model or the id.
    pub q: String,
    pub kind: Option<ObservationKind>,
    /// Only this level or worse; [`Level::Default`] leaves all in.
    pub level: Level,
    /// No plain spans and events: those that frameworks make around model calls, tools and agents.
    pub quiet: bool,
}

impl TreeFilter {
    /// Whether anything is filtered.
    pub fn is_active(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a span stays; failures are never noise.
    pub fn keeps(&self, span: &SpanRow) -> bool {
        let (kind, level) = (kind_of(&span.kind), level_of(&span.level));
        let is_plain = matches!(kind, ObservationKind::Span | ObservationKind::Event);
        let is_noise = self.quiet && is_plain && level < Level::Warning && span.model.is_none();
        let fits_level = self.level == Level::Default || level >= self.level;
        !is_noise && self.kind.is_none_or(|wanted| wanted == kind) && fits_level && self.names(span)
    }

    fn names(&self, span: &SpanRow) -> bool {
        let q = self.q.to_lowercase();
        let texts = [span.name.as_deref(), span.model.as_deref(), Some(span.observation_id.as_str())];
        q.is_empty() || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&q))
    }
}

impl TraceQuery {
    /// Reads the query; words nobody knows count as not said.
    pub fn read(form: &Form) -> Self {
        let some = |name| Some(form.raw(name).to_owned()).filter(|text| !text.is_empty());
        let list = |name| form.all(name).filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let from = form.all("from").filter_map(|text| {
            let (number, parent) = text.split_once(':')?;
            Some((parent.to_owned(), number.parse().ok()?))
        });
        Self {
            observation: some("observation"),
            view: [View::Json, View::Raw]
                .into_iter()
                .find(|view| view.word() == form.text("view"))
                .unwrap_or_default(),
            whole: form.text("whole") == "1",
            open: last(list("open")),
            closed: last(list("closed")),
            from: last(from.collect()),
            filter: TreeFilter {
                q: form.text("q").chars().take(200).collect(),
                kind: ObservationKind::parse(form.text("kind")),
                level: Level::parse(form.text("level"))
                    .filter(|level| *level > Level::Default)
                    .unwrap_or_default(),
                quiet: form.text("quiet") == "1",
            },
        }
    }

    /// The query that asks for this; empty or beginning with `?`.
    pub fn to_query_string(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.observation.clone().map(|id| ("observation", id)));
        pairs.extend((self.view != View::Messages).then(|| ("view", self.view.word().to_owned())));
        pairs.extend(self.whole.then(|| ("whole", "1".to_owned())));
        pairs.extend(self.open.iter().map(|id| ("open", id.clone())));
        pairs.extend(self.closed.iter().map(|id| ("closed", id.clone())));
        pairs.extend(self.from.iter().map(|(parent, from)| ("from", format!("{from}:{parent}"))));
        let filter = &self.filter;
        pairs.extend((!filter.q.is_empty()).then(|| ("q", filter.q.clone())));
        pairs.extend(filter.kind.map(|kind| ("kind", kind.as_str().to_owned())));
        pairs.extend((filter.level != Level::Default).then(|| ("level", filter.level.as_str().to_owned())));
        pairs.extend(filter.quiet.then(|| ("quiet", "1".to_owned())));
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// The same page with another observation.
    pub fn choosing(&self, id: &str) -> Self {
        Self { observation: Some(id.to_owned()), whole: false, ..self.clone() }
    }

    /// The same page with a row opened.
    pub fn opening(&self, id: &str) -> Self {
        let mut next = self.clone();
        next.closed.retain(|known| known != id);
        next.open.retain(|known| known != id);
        next.open.push(id.to_owned());
        Self { open: last(next.open), ..next }
    }

    /// The same page with a row closed.
    pub fn closing(&self, id: &str) -> Self {
        let mut next = self.clone();
        next.open.retain(|known| known != id);
        next.closed.retain(|known| known != id);
        next.closed.push(id.to_owned());
        Self { closed: last(next.closed), ..next }
    }

    /// The same page with another window of siblings.
    pub fn window(&self, parent: &str, from: usize) -> Self {
        let mut next = self.clone();
        next.from.retain(|(known, _)| known != parent);
        next.from.push((parent.to_owned(), from));
        if !parent.is_empty() && !next.open.iter().any(|known| known == parent) {
            next.open.push(parent.to_owned());
        }
        Self { from: last(next.from), open: last(next.open), ..next }
    }

    /// The same page with bodies shown in another way.
    pub fn viewing(&self, view: View, whole: bool) -> Self {
        Self { view, whole, ..self.clone() }
    }
}

fn last<T>(mut list: Vec<T>) -> Vec<T> {
    let too_many = list.len().saturating_sub(MOST_KEPT);
    list.drain(..too_many);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(kind: &str, level: &str, name: &str) -> SpanRow {
        SpanRow {
            observation_id: "id-1".to_owned(),
            parent_id: None,
            kind: kind.to_owned(),
            name: Some(name.to_owned()),
            start_at: None,
            end_at: None,
            first_token_at: None,
            level: level.to_owned(),
            model: None,
        }
    }

    #[test]
    fn every_state_is_an_address() {
        let query = TraceQuery::default()
            .choosing("a&b")
            .opening("x")
            .closing("y")
            .window("p:1", 200)
            .viewing(View::Json, true);
        let query = TraceQuery {
            filter: TreeFilter {
                q: "é".to_owned(),
                kind: Some(ObservationKind::Tool),
                level: Level::Error,
                quiet: true,
            },
            ..query
        };
        let text = query.to_query_string();
        let again = TraceQuery::read(&Form::parse(text.trim_start_matches('?').as_bytes()).unwrap());
        assert_eq!(again, query);
        assert_eq!(TraceQuery::default().to_query_string(), "");
        let odd = Form::parse(b"view=x&from=a:b&kind=zz&level=DEBUG&open=").unwrap();
        assert_eq!(TraceQuery::read(&odd), TraceQuery::default());
    }

    #[test]
    fn addresses_stay_short() {
        let query = (0..100).fold(TraceQuery::default(), |query, n| query.opening(&n.to_string()));
        assert_eq!((query.open.len(), query.open.last().map(String::as_str)), (MOST_KEPT, Some("99")));
    }

    #[test]
    fn filters_keep_what_they_name_and_failures_are_no_noise() {
        let quiet = TreeFilter { quiet: true, ..TreeFilter::default() };
        let failed = TreeFilter { level: Level::Error, ..TreeFilter::default() };
        let named = TreeFilter { q: "Fetch".to_owned(), ..TreeFilter::default() };
        for (kind, level, name, expected) in [
            ("SPAN", "DEFAULT", "http fetch", [false, false, true]),
            ("SPAN", "ERROR", "db", [true, true, false]),
            ("GENERATION", "DEFAULT", "chat", [true, false, false]),
            ("TOOL", "WARNING", "fetch", [true, false, true]),
        ] {
            let span = span(kind, level, name);
            assert_eq!(
                [&quiet, &failed, &named].map(|filter| filter.keeps(&span)),
                expected,
                "{kind} {name}"
            );
        }
    }
}
