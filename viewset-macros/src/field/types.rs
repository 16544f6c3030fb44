//! What the tokens of a type tell. A type of another name may be anything; rustc knows it.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// What a type is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    Integer,
    /// A number with a point: a float or a decimal.
    Float,
    List,
    /// An object with any keys.
    Dict,
    File,
    Uuid,
    /// Known, and none of the others: a boolean, a date.
    Other,
    /// A type of the user's, or an alias.
    Unknown,
}

/// The `T` of `Option<T>`.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    argument(last_segment(ty).filter(|segment| segment.ident == "Option")?)
}

/// The family of a type that is no `Option`.
pub(crate) fn family(ty: &Type) -> Family {
    let Some(segment) = last_segment(ty) else { return Family::Unknown };
    match segment.ident.to_string().as_str() {
        "String" => Family::Text,
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => Family::Integer,
        "f32" | "f64" | "Decimal" => Family::Float,
        "Vec" | "List" => Family::List,
        "Dict" => Family::Dict,
        "bool" | "NaiveDateTime" | "DateTime" | "UtcDateTime" | "NaiveDate" | "NaiveTime"
        | "Duration" | "Ip" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "JsonValue" => Family::Other,
        "UploadedFile" => Family::File,
        "Uuid" => Family::Uuid,
        _ => Family::Unknown,
    }
}

/// The `T` of `List<T>`, `Vec<T>` or `Dict<T>`.
pub(crate) fn item_of(ty: &Type) -> Option<&Type> {
    let has_items =
        |segment: &&PathSegment| ["List", "Vec", "Dict"].iter().any(|name| segment.ident == name);
    argument(last_segment(ty).filter(has_items)?)
}

/// The first type between the angle brackets.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
