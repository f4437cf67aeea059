//! Whose call it is, and with whose key it goes on.
//!
//! A client sends the key pair of its project where the provider's key would stand, as `public:secret`: then the operator's key
//! goes upstream. Or it sends the pair in a header of our own and keeps the provider's key where it is: that one goes on. The
//! pair itself never does, wherever else it stands.

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::foundation::{Action, Asker};
use crate::people::People;
use crate::people::actions::check_key::Credentials;

use super::refusal::Refusal;
use crate::gateway::model::Provider;
use crate::gateway::service::Upstream;

/// The header for our own key pair.
pub const KEY: &str = "x-tracewright-key";
/// Where Anthropic's clients put a key.
pub const API_KEY: &str = "x-api-key";

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Who calls, and the headers with the provider's key.
pub struct Admitted {
    pub asker: Asker,
    pub own: Own,
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Our own key pair, which stays here.
pub struct Own(pub Credentials);

impl Own {
    /// Whether the pair's secret stands in a header, in the open or in `Basic`.
    pub fn is_in(&self, value: &[u8]) -> bool {
        is_in(&self.0, value)
    }
}

/// What a request brought. Pure.
#[derive(Debug, PartialEq, Eq)]
enum Brought {
    /// Our pair, and the provider's headers to go on as they are.
    Beside(Credentials, Vec<(String, Vec<u8>)>),
    /// Our pair in place of the provider's key.
    Instead(Credentials),
    Nothing,
}

/// Looks at the keys of a request.
pub async fn admit(
    people: &People,
    provider: Provider,
    headers: &HeaderMap,
    upstream: &Upstream,
) -> Result<Admitted, Refusal> {
    let (credentials, passed) = match brought(headers) {
        Brought::Beside(credentials, passed) => (credentials, passed),
        Brought::Instead(credentials) => (credentials, Vec::new()),
        Brought::Nothing => return Err(unknown()),
    };
    let grant = people.check_key(&credentials).await.map_err(|cause| Refusal::of(&cause))?;
    let own = Own(credentials);
    let asker = grant.ok_or_else(unknown)?.asker();
    asker.must(Action::SendTraces).map_err(|cause| Refusal::of(&cause))?;
    if !passed.is_empty() {
        return Ok(Admitted { asker, own, headers: passed });
    }
    let key = upstream.key.as_deref().ok_or_else(|| {
        let said = format!(
            "This server has no key of {} of its own: send yours, and the key pair of your project in X-Tracewright-Key.",
            provider.title()
        );
        Refusal::new(StatusCode::UNAUTHORIZED, "no_upstream_key", said)
    })?;
    let header = match provider {
        Provider::OpenAi => (AUTHORIZATION.as_str().to_owned(), format!("Bearer {key}").into_bytes()),
        Provider::Anthropic => (API_KEY.to_owned(), key.as_bytes().to_vec()),
    };
    Ok(Admitted { asker, own, headers: vec![header] })
}

fn unknown() -> Refusal {
    let said = "No key of Tracewright that is known here: send the key pair of your project as public:secret, where the \
                provider's key would stand or in X-Tracewright-Key. Keys are made on the page /people/keys.";
    Refusal::new(StatusCode::UNAUTHORIZED, "unknown_key", said)
}

fn brought(headers: &HeaderMap) -> Brought {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(own) = text(KEY) {
        let Some(own) = pair(own) else { return Brought::Nothing };
        // Some put the pair where their client wants a key, and into our header as well.
        let theirs = |name: &str| headers.get(name).map(HeaderValue::as_bytes).filter(|it| !is_in(&own, it));
        let passed = [AUTHORIZATION.as_str(), API_KEY]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), theirs(name)?.to_vec())))
            .collect();
        return Brought::Beside(own, passed);
    }
    let bearer = text(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, rest) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
    });
    let found = text(API_KEY).and_then(pair).or_else(|| bearer.and_then(pair));
    found.map_or(Brought::Nothing, Brought::Instead)
}

fn is_in(own: &Credentials, value: &[u8]) -> bool {
    let Credentials::Pair { secret, .. } = own else { return false };
    let holds =
        |bytes: &[u8]| !secret.is_empty() && bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
    let packed = std::str::from_utf8(value).ok().and_then(|text| text.trim().split_once(' '));
    let packed = packed.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    holds(value) || packed.and_then(|(_, rest)| LENIENT.decode(rest.trim()).ok()).is_some_and(|it| holds(&it))
}

/// `public:secret`.
fn pair(text: &str) -> Option<Credentials> {
    let (public, secret) = text.split_once(':')?;
    let is_whole = !public.is_empty() && !secret.is_empty();
    is_whole.then(|| Credentials::Pair { public: public.to_owned(), secret: secret.to_owned() })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in given {
            map.insert(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn a_pair_is_found_in_place_of_the_provider_s_key_or_beside_it() {
        let own = || Credentials::Pair { public: "pk".to_owned(), secret: "s:k".to_owned() };
        for given in [
            ("authorization", "Bearer pk:s:k"),
            ("x-api-key", "pk:s:k"),
            ("authorization", "bearer  pk:s:k "),
        ] {
            assert_eq!(brought(&headers(&[given])), Brought::Instead(own()), "{given:?}");
        }
        let beside = headers(&[("x-tracewright-key", "pk:s:k"), ("x-api-key", "sk-theirs")]);
        let passed = vec![("x-api-key".to_owned(), b"sk-theirs".to_vec())];
        assert_eq!(brought(&beside), Brought::Beside(own(), passed));
        assert_eq!(brought(&headers(&[("x-tracewright-key", "pk:s:k")])), Brought::Beside(own(), Vec::new()));
        // Whoever says it twice has said no key of the provider.
        for also in
            [("authorization", "Bearer pk:s:k"), ("x-api-key", "pk:s:k"), ("authorization", "Basic cGs6czpr")]
        {
            let twice = headers(&[("x-tracewright-key", "pk:s:k"), also]);
            assert_eq!(brought(&twice), Brought::Beside(own(), Vec::new()), "{also:?}");
        }
        for given in [
            vec![],
            vec![("authorization", "Bearer sk-theirs")],
            vec![("authorization", "Basic cGs6cw==")],
            vec![("x-api-key", "pk:")],
            vec![("x-tracewright-key", "pk"), ("authorization", "Bearer pk:s:k")],
        ] {
            assert_eq!(brought(&headers(&given)), Brought::Nothing, "{given:?}");
        }
    }
}
