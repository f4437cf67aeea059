//! Masks the strings of a decoded OTLP export, before its spans become records.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};

use super::{Masker, Notes, cards};
use crate::{Family, Finding};

/// Attributes that are ids: by them traces are found, joined and erased.
const KEPT: [&str; 9] = [
    "session.id",
    "user.id",
    "langfuse.session.id",
    "langfuse.user.id",
    "langfuse.trace.id",
    "langfuse.observation.id",
    "gen_ai.conversation.id",
    "enduser.id",
    "service.instance.id",
];

impl Masker {
    /// Masks every text in an export; gives what was found.
    pub fn export(&self, request: &mut ExportTraceServiceRequest) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.is_off() {
            request.resource_spans.iter_mut().for_each(|spans| self.resource(spans, &mut findings));
        }
        findings
    }

    /// What the resource and its scopes hold is said once for each of its traces.
    fn resource(&self, spans: &mut ResourceSpans, findings: &mut Vec<Finding>) {
        let (mut shared, mut traces) = (Notes::default(), BTreeSet::new());
        self.string("resource.schemaUrl", None, &mut spans.schema_url, &mut shared);
        if let Some(resource) = &mut spans.resource {
            self.attributes("resource", &mut resource.attributes, &mut shared);
        }
        for scoped in &mut spans.scope_spans {
            self.string("scope.schemaUrl", None, &mut scoped.schema_url, &mut shared);
            if let Some(scope) = &mut scoped.scope {
                self.attributes("scope", &mut scope.attributes, &mut shared);
                self.string("scope.name", None, &mut scope.name, &mut shared);
                self.string("scope.version", None, &mut scope.version, &mut shared);
            }
            for span in &mut scoped.spans {
                let notes = self.span(span);
                let trace = hex::encode(&span.trace_id);
                findings.extend(notes.findings(&trace, &hex::encode(&span.span_id)));
                traces.insert(trace);
            }
        }
        for finding in shared.findings("", "") {
            let of = |trace: &String| Finding { trace_id: trace.clone(), ..finding.clone() };
            findings.extend(traces.iter().map(of));
        }
    }

    fn span(&self, span: &mut Span) -> Notes {
        let mut notes = Notes::default();
        self.string("name", None, &mut span.name, &mut notes);
        self.string("traceState", None, &mut span.trace_state, &mut notes);
        self.attributes("attributes", &mut span.attributes, &mut notes);
        if let Some(status) = &mut span.status {
            self.string("status.message", None, &mut status.message, &mut notes);
        }
        for (at, event) in span.events.iter_mut().enumerate() {
            self.string("events.name", None, &mut event.name, &mut notes);
            if !event.attributes.is_empty() {
                self.attributes(&format!("events[{at}]"), &mut event.attributes, &mut notes);
            }
        }
        for link in &mut span.links {
            self.string("links.traceState", None, &mut link.trace_state, &mut notes);
            self.attributes("links", &mut link.attributes, &mut notes);
        }
        notes
    }

    fn attributes(&self, place: &str, attributes: &mut [KeyValue], notes: &mut Notes) {
        for attribute in attributes {
            if KEPT.contains(&attribute.key.as_str()) {
                continue;
            }
            if let Some(masked) = self.name(&attribute.key) {
                notes.add(&format!("{place}.{}", masked.text), &masked);
                attribute.key = masked.text;
            }
            if let Some(value) = &mut attribute.value {
                self.value(place, &attribute.key, value, notes);
            }
        }
    }

    fn value(&self, place: &str, key: &str, value: &mut AnyValue, notes: &mut Notes) {
        match &mut value.value {
            Some(Value::StringValue(text)) => {
                if let Some(masked) = self.text(Some(key), text) {
                    notes.add(&format!("{place}.{key}"), &masked);
                    *text = masked.text;
                }
            }
            Some(Value::ArrayValue(list)) => {
                list.values.iter_mut().for_each(|value| self.value(place, key, value, notes));
            }
            Some(Value::KvlistValue(list)) => {
                self.attributes(&format!("{place}.{key}"), &mut list.values, notes);
            }
            Some(Value::IntValue(number))
                if self.looks_for(Family::Cards)
                    && is_long(*number)
                    && cards::is_card(&number.to_string())
                    && !cards::names_other(key) =>
            {
                notes.add(&format!("{place}.{key}"), &cards::one());
                value.value = Some(Value::StringValue(cards::one().text));
            }
            _ => {}
        }
    }

    fn string(&self, field: &str, name: Option<&str>, text: &mut String, notes: &mut Notes) {
        if text.is_empty() {
            return;
        }
        if let Some(masked) = self.text(name, text) {
            notes.add(field, &masked);
            *text = masked.text;
        }
    }
}

fn is_long(number: i64) -> bool {
    number >= 1_000_000_000_000
}
