//! A recorded scenario, as its file has it.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use viewset_actix::data::Text;
use viewset_actix::parsers::json;
use viewset_actix::serializers::Value;

/// A file of `scenarios/<group>/<name>.json`.
pub struct Scenario {
    /// What is sent, one after the other.
    pub exchanges: Vec<Exchange>,
}

/// A request with the answer that the reference gave.
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The raw request target.
    pub path: String,
    /// Header names and values in their order; values are sent as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body; a request may have none.
    pub body: Option<Vec<u8>>,
    pub(super) expected: Expected,
}

/// What the reference answered.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) status: u16,
    /// Names in lower case; a value is a text or a placeholder.
    pub(super) headers: Vec<(Text, Value)>,
    pub(super) body: Body,
}

/// What the body has to fit.
pub(super) enum Body {
    /// This text, byte for byte.
    Exact(String),
    /// This JSON, with placeholders.
    Json(Value),
}

impl Default for Body {
    fn default() -> Self {
        Self::Exact(String::new())
    }
}

impl Exchange {
    /// A POST without a body, whose answer is not compared.
    pub(super) fn post(path: &str) -> Self {
        Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
            expected: Expected::default(),
        }
    }
}

impl Scenario {
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let read = || {
            let text = fs::read(path).map_err(|error| error.to_string())?;
            Self::parse(&text)
        };
        read().map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))
        })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let file = json::parse(text).map_err(|error| error.to_string())?;
        let Value::List(exchanges) = member(&file, "exchanges")? else {
            return Err("`exchanges` is no list".to_owned());
        };
        let exchanges = exchanges.iter().map(exchange).collect::<Result<_, _>>()?;
        Ok(Self { exchanges })
    }
}

fn exchange(value: &Value) -> Result<Exchange, String> {
    let request = member(value, "request")?;
    let headers = members(request, "headers")?
        .iter()
        .map(|(name, value)| Ok((name.to_string(), text(value, name)?)))
        .collect::<Result<_, String>>()?;
    Ok(Exchange {
        method: text(member(request, "method")?, "method")?,
        path: text(member(request, "path")?, "path")?,
        headers,
        body: request_body(request)?,
        expected: expected(member(value, "response")?)?,
    })
}

fn request_body(request: &Value) -> Result<Option<Vec<u8>>, String> {
    if let Some(encoded) = request.get("body_base64") {
        let decoded = STANDARD.decode(text(encoded, "body_base64")?);
        return decoded.map(Some).map_err(|error| error.to_string());
    }
    match member(request, "body")? {
        Value::Null => Ok(None),
        body => text(body, "body").map(|body| Some(body.into_bytes())),
    }
}

fn expected(response: &Value) -> Result<Expected, String> {
    let Value::Int(status) = member(response, "status")? else {
        return Err("`status` is no number".to_owned());
    };
    let body = match member(response, "match")? {
        Value::Str(kind) if kind == "exact" => {
            Body::Exact(text(member(response, "body")?, "body")?)
        }
        kind => Body::Json(member(kind, "json")?.clone()),
    };
    Ok(Expected {
        status: u16::try_from(*status).map_err(|error| error.to_string())?,
        headers: members(response, "headers")?.to_vec(),
        body,
    })
}

fn member<'v>(value: &'v Value, name: &str) -> Result<&'v Value, String> {
    value.get(name).ok_or_else(|| format!("`{name}` is missing"))
}

fn members<'v>(value: &'v Value, name: &str) -> Result<&'v [(Text, Value)], String> {
    match member(value, name)? {
        Value::Map(members) => Ok(members),
        _ => Err(format!("`{name}` is no object")),
    }
}

fn text(value: &Value, name: &str) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is no text"))
}
