//! What is stored under a short name, in the words that pages say: kinds of events, verdicts, detectors, places.
//!
//! The stored names stay what they are; a page that shows the word has the name in a title, or one click further.

/// A field of a form as its label says it, for a refusal that stands away from the form: `as_of`, `lines`.
pub fn field(name: &str) -> String {
    let label = match name {
        "as_of" => "Moment",
        "asks" => "Answered by",
        "files" => "Photos or files",
        "hold" => "It waits for",
        "lines" => "What happened",
        "min_reason" => "Shortest reason",
        "only_if" => "Asked",
        "quantity" => "How many",
        "reason" => "Why",
        "tag" => "Asset",
        "time" => "Takes at least",
        _ => return capitalised(&name.replace(['_', '-'], " ")),
    };
    label.to_owned()
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + chars.as_str()
}

/// Every kind of event there is, as stored; `tests/architecture` holds the list against the source.
pub const KINDS: [&str; 158] = [
    "account.created.v1",
    "account.disabled.v1",
    "account.email_changed.v1",
    "account.enabled.v1",
    "account.link_issued.v1",
    "account.password_set.v1",
    "account.profile_set.v1",
    "account.reset_confirmed.v1",
    "account.same_person.v1",
    "alert.acknowledged.v1",
    "alert.fired.v1",
    "alert.given_back.v1",
    "alert.resolved.v1",
    "alert.silence_ended.v1",
    "alert.silenced.v1",
    "api_key.created.v1",
    "api_key.revoked.v1",
    "asset.changed.v1",
    "asset.created.v1",
    "asset.meter_added.v1",
    "asset.meter_changed.v1",
    "asset.meter_read.v1",
    "asset.moved.v1",
    "asset.reading_withdrawn.v1",
    "asset.retired.v1",
    "asset.taken_up.v1",
    "audit.claim_stated.v1",
    "audit.claim_weighed.v1",
    "audit.claim_withdrawn.v1",
    "audit.evidence_linked.v1",
    "audit.evidence_pinned.v1",
    "audit.evidence_unlinked.v1",
    "audit.exception_opened.v1",
    "audit.exception_resolved.v1",
    "audit.verdict_given.v1",
    "budget.changed.v1",
    "budget.ended.v1",
    "budget.set.v1",
    "bundle.exported.v1",
    "fleet.rules_set.v1",
    "gateway.block_closed.v1",
    "gateway.block_reserved.v1",
    "gateway.usage_brought.v1",
    "job.cancelled.v1",
    "job.retried.v1",
    "knowledge.atoms_made.v1",
    "langfuse_source.added.v1",
    "langfuse_source.removed.v1",
    "ledger.bodies_erased.v1",
    "order.handed_out.v1",
    "order_schedule.changed.v1",
    "order_schedule.created.v1",
    "order_schedule.day_skipped.v1",
    "order_schedule.days_missed.v1",
    "order_schedule.ended.v1",
    "order_schedule.order_made.v1",
    "order_schedule.order_not_made.v1",
    "order_schedule.paused.v1",
    "order_schedule.resumed.v1",
    "order_schedule.stopped.v1",
    "procedure.created.v1",
    "procedure.renamed.v1",
    "procedure.retired.v1",
    "procedure.taken_up.v1",
    "procedure.version_approved.v1",
    "procedure.version_changed.v1",
    "procedure.version_drafted.v1",
    "procedure.version_returned.v1",
    "procedure.version_submitted.v1",
    "procedure.version_withdrawn.v1",
    "project.created.v1",
    "role.granted.v1",
    "role.revoked.v1",
    "schedule.paused.v1",
    "schedule.resumed.v1",
    "schedule.run_asked.v1",
    "session.ended.v1",
    "session.revoked.v1",
    "session.started.v1",
    "sign_in.failed.v1",
    "sign_in.locked.v1",
    "signing.failed.v1",
    "signing.locked.v1",
    "signing.unlocked.v1",
    "traces.erased.v1",
    "traces.price_overridden.v1",
    "traces.price_table_imported.v1",
    "traces.privacy_policy_set.v1",
    "traces.received.v1",
    "traces.repriced.v1",
    "traces.score_deleted.v1",
    "trust.policy_set.v1",
    "webhook.added.v1",
    "webhook.changed.v1",
    "webhook.removed.v1",
    "webhook.secret_rotated.v1",
    "webhook.started.v1",
    "webhook.stopped.v1",
    "work_order.absence_set.v1",
    "work_order.absence_taken_away.v1",
    "work_order.agent_let_on.v1",
    "work_order.agent_stopped.v1",
    "work_order.amended.v1",
    "work_order.approval_renewed.v1",
    "work_order.assigned.v1",
    "work_order.block_passed.v1",
    "work_order.checkpoint_released.v1",
    "work_order.claim_released.v1",
    "work_order.claim_renewed.v1",
    "work_order.claimed.v1",
    "work_order.comment_added.v1",
    "work_order.created.v1",
    "work_order.criterion_met.v1",
    "work_order.criterion_unmet.v1",
    "work_order.currency_set.v1",
    "work_order.decision_recorded.v1",
    "work_order.file_added.v1",
    "work_order.file_checked.v1",
    "work_order.file_withdrawn.v1",
    "work_order.holiday_set.v1",
    "work_order.holiday_taken_away.v1",
    "work_order.hours_set.v1",
    "work_order.identity_required.v1",
    "work_order.imported.v1",
    "work_order.isolation_signed_off.v1",
    "work_order.isolation_signed_on.v1",
    "work_order.item_answered.v1",
    "work_order.item_skipped.v1",
    "work_order.item_taken_up.v1",
    "work_order.item_tick_undone.v1",
    "work_order.item_ticked.v1",
    "work_order.log_added.v1",
    "work_order.made_from.v1",
    "work_order.materiality_set.v1",
    "work_order.part_planned.v1",
    "work_order.part_use_corrected.v1",
    "work_order.part_used.v1",
    "work_order.people_mentioned.v1",
    "work_order.pin_placed.v1",
    "work_order.pin_removed.v1",
    "work_order.plan_edited.v1",
    "work_order.policy_set.v1",
    "work_order.question_answered.v1",
    "work_order.question_asked.v1",
    "work_order.question_withdrawn.v1",
    "work_order.queued_entry_set_aside.v1",
    "work_order.related.v1",
    "work_order.relation_removed.v1",
    "work_order.safety_acknowledged.v1",
    "work_order.step_marked.v1",
    "work_order.step_tick_undone.v1",
    "work_order.step_ticked.v1",
    "work_order.tick_attested.v1",
    "work_order.time_corrected.v1",
    "work_order.time_logged.v1",
    "work_order.timer_started.v1",
    "work_order.timer_stopped.v1",
    "work_order.transitioned.v1",
];

/// Kinds of things that events are about, as stored, and in words.
pub const STREAMS: [(&str, &str); 33] = [
    ("account", "Account"),
    ("alert", "Alert"),
    ("api_key", "API key"),
    ("asset", "Asset"),
    ("audit", "Audit of a work order"),
    ("budget", "Budget"),
    ("bundle", "Bundle of a work order"),
    ("fleet", "Recognition of agents"),
    ("gateway", "Calls that were passed on"),
    ("job", "Background job"),
    ("knowledge", "Knowledge from a verdict"),
    ("langfuse_source", "Source of traces"),
    ("order_as_json", "Work order as JSON"),
    ("order_as_markdown", "Work order as Markdown"),
    ("order_currency", "Currency of work orders"),
    ("order_holidays", "Days on which nobody works"),
    ("order_hours", "Hours of a person"),
    ("order_history", "History of a work order"),
    ("order_identity", "Names that calls must give"),
    ("order_on_paper", "Work order on paper"),
    ("order_schedule", "Schedule of work orders"),
    ("membership", "Roles of an account"),
    ("prices", "Prices of models"),
    ("privacy", "Privacy"),
    ("procedure", "Procedure"),
    ("project", "Project"),
    ("receipts", "Traces received"),
    ("schedule", "Schedule"),
    ("score_deletion", "Deleted score"),
    ("sign_in", "Sign-ins nobody has"),
    ("trust", "Rules of the score"),
    ("webhook", "Webhook"),
    ("work_order", "Work order"),
];

/// What an event is about, in words.
pub fn stream(kind: &str) -> String {
    let known = STREAMS.iter().find(|(stored, _)| *stored == kind);
    known.map_or_else(|| capital(&spaced(kind)), |(_, words)| (*words).to_owned())
}

/// `work_order.item_ticked.v1` as `Item ticked`, `account.created.v1` as `Account created`.
pub fn event(kind: &str) -> String {
    // What these are of stands in front of the dot only.
    match kind {
        "asset.taken_up.v1" => return "Asset taken up again".to_owned(),
        "fleet.rules_set.v1" => return "Rules of recognition set".to_owned(),
        "trust.policy_set.v1" => return "Rules of the score set".to_owned(),
        "work_order.policy_set.v1" => return "Rules of work orders set".to_owned(),
        _ => {}
    }
    let mut parts = kind.split('.');
    let (about, what) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let names_its_thing = what.contains('_');
    let words = if names_its_thing { spaced(what) } else { spaced(&format!("{about} {what}")) };
    let words = match words.trim() {
        "work order transitioned" => "status changed",
        "atoms made" => "knowledge atoms made",
        "block reserved" => "numbers of calls reserved",
        "block closed" => "numbers of calls accounted for",
        "usage brought" => "billed usage brought in",
        "made from" => "made from a procedure",
        "taken up" => "procedure taken up",
        other => other,
    };
    capital(words).replace("Api key", "API key").replace("Materiality", "Importance")
}

/// What a claim has come to, or an atom's status: `not_enough_information`, `open`, `unattested`.
pub fn verdict(standing: &str) -> String {
    match standing {
        "open" => "not judged".to_owned(),
        "unattested" => "nobody here confirms it".to_owned(),
        other => spaced(other),
    }
}

/// A claim's mass: 0, 1, 2 or 4.
pub fn importance(mass: i32) -> &'static str {
    match mass {
        0 => "does not count",
        2 => "important",
        4 => "critical",
        _ => "normal",
    }
}

/// How names of detectors begin whose first word is not simply written with a capital.
#[rustfmt::skip]
const BRANDS: [(&str, &str); 35] = [
    ("openai", "OpenAI"), ("openrouter", "OpenRouter"), ("elevenlabs", "ElevenLabs"), ("aws", "AWS"),
    ("github", "GitHub"), ("gitlab", "GitLab"), ("npm", "npm"), ("pypi", "PyPI"),
    ("huggingface", "Hugging Face"), ("sendgrid", "SendGrid"), ("xai", "xAI"), ("langsmith", "LangSmith"),
    ("nvidia", "NVIDIA"), ("e2b", "E2B"), ("runpod", "RunPod"), ("posthog", "PostHog"),
    ("wandb", "Weights & Biases"), ("digitalocean", "DigitalOcean"), ("planetscale", "PlanetScale"), ("clickhouse", "ClickHouse"),
    ("readme", "ReadMe"), ("rubygems", "RubyGems"), ("newrelic", "New Relic"), ("flyio", "Fly.io"),
    ("onepassword", "1Password"), ("age", "age"), ("easypost", "EasyPost"), ("frameio", "Frame.io"),
    ("openshift", "OpenShift"), 
    ("jwt", "JSON Web Token"), ("url", "URL"), ("iban", "Bank account number (IBAN)"), ("mail", "Email address"),
    ("phone", "Phone number"), ("named", "Named"), 
    
];

/// What a detector finds: `openai-key` as `OpenAI key`.
pub fn detector(name: &str) -> String {
    let (first, rest) = name.split_once('-').unwrap_or((name, ""));
    let brand = BRANDS.iter().find(|(stored, _)| *stored == first);
    let first = brand.map_or_else(|| capital(first), |(_, word)| (*word).to_owned());
    if rest.is_empty() { first } else { format!("{first} {}", rest.replace('-', " ")) }
}

/// Where something was found: `attributes.langfuse.observation.input` as `the input`; other paths as they are.
pub fn place(path: &str) -> String {
    let body_of = |part: &str| {
        ["input", "output", "metadata"].into_iter().find(|body| part.split('_').next() == Some(*body))
    };
    let body = path.split(['.', '[']).find_map(body_of);
    body.map_or_else(|| path.to_owned(), |body| format!("the {body}"))
}

/// What is the matter: `secret_in_trace` as `Secret in a trace`.
pub fn exception(kind: &str) -> String {
    match kind {
        "secret_in_trace" => "Secret in a trace".to_owned(),
        "card_in_trace" => "Card number in a trace".to_owned(),
        "clock_skew" => "Clock of a device".to_owned(),
        "too_fast" => "Step done too fast".to_owned(),
        "evidence_removed" => "Evidence taken away after it was judged".to_owned(),
        "identity_missing" => "Call without a name".to_owned(),
        other => capital(&spaced(other)),
    }
}

/// What an exception says was found, `openai-key in input.messages[1].content and 2 more`, in words.
pub fn found(detail: &str) -> String {
    let Some((name, rest)) = detail.split_once(" in ") else { return detail.to_owned() };
    let (path, more) = match rest.split_once(" and ") {
        Some((path, more)) => (path, format!(" and {more}")),
        None => (rest, String::new()),
    };
    format!("{} in {}{more}", detector(name), place(path))
}

fn spaced(stored: &str) -> String {
    stored.replace('_', " ")
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_events_read_as_what_happened() {
        for (kind, words) in [
            ("audit.verdict_given.v1", "Verdict given"),
            ("work_order.item_ticked.v1", "Item ticked"),
            ("account.created.v1", "Account created"),
            ("api_key.revoked.v1", "API key revoked"),
            ("work_order.materiality_set.v1", "Importance set"),
            ("traces.received.v1", "Traces received"),
            ("work_order.transitioned.v1", "Status changed"),
            ("odd", "Odd"),
            ("", ""),
        ] {
            assert_eq!(event(kind), words, "{kind}");
        }
    }

    #[test]
    fn no_two_kinds_read_the_same_and_none_shows_its_stored_form() {
        let words: std::collections::BTreeSet<String> = KINDS.iter().map(|kind| event(kind)).collect();
        assert_eq!(words.len(), KINDS.len(), "{words:?}");
        for said in words.iter().cloned().chain(STREAMS.iter().map(|(stored, _)| stream(stored))) {
            assert!(!said.contains(['_', '.']), "{said}");
        }
        assert_eq!(
            (stream("work_order"), stream("odd_thing")),
            ("Work order".to_owned(), "Odd thing".to_owned())
        );
    }

    #[test]
    fn verdicts_and_masses_have_words_of_their_own() {
        for (stored, words) in [
            ("open", "not judged"),
            ("unattested", "nobody here confirms it"),
            ("not_enough_information", "not enough information"),
            ("supported", "supported"),
        ] {
            assert_eq!(verdict(stored), words);
        }
        assert_eq!([0, 1, 2, 4].map(importance), ["does not count", "normal", "important", "critical"]);
    }

    #[test]
    fn findings_name_the_thing_and_the_place() {
        for (detail, words) in [
            ("openai-key in attributes.langfuse.observation.input", "OpenAI key in the input"),
            (
                "payment-card in output.messages[1].content and 2 more",
                "Payment card in the output and 2 more",
            ),
            ("named-secret in metadata.password", "Named secret in the metadata"),
            ("bearer-token in attributes.http.url", "Bearer token in attributes.http.url"),
            ("jwt in attributes.llm.input_messages.0.content", "JSON Web Token in the input"),
            ("customer-number in name", "Customer number in name"),
            ("groq-key in input[0]", "Groq key in the input"),
            ("langsmith-key in output", "LangSmith key in the output"),
            ("something else", "something else"),
        ] {
            assert_eq!(found(detail), words, "{detail}");
        }
    }
}
