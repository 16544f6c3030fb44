//! Every word of our attributes, once. Matching and "expected one of …" both come from here.

/// The keys of `#[viewset]` beside the options.
pub(crate) mod viewset {
    pub(crate) const MODEL: &str = "model";
    pub(crate) const MIXINS: &str = "mixins";
    pub(crate) const BASENAME: &str = "basename";
    pub(crate) const PREFIX: &str = "prefix";
    pub(crate) const LOOKUP_FIELD: &str = "lookup_field";
    pub(crate) const LOOKUP_URL_KWARG: &str = "lookup_url_kwarg";
    pub(crate) const LOOKUP_VALUE_REGEX: &str = "lookup_value_regex";
    pub(crate) const KWARGS: &str = "kwargs";
    pub(crate) const CRATE: &str = "crate";

    pub(crate) const ALL: &[&str] = &[
        MODEL,
        MIXINS,
        BASENAME,
        PREFIX,
        LOOKUP_FIELD,
        LOOKUP_URL_KWARG,
        LOOKUP_VALUE_REGEX,
        KWARGS,
        CRATE,
        super::option::AUTHENTICATION_CLASSES,
        super::option::PERMISSION_CLASSES,
        super::option::THROTTLE_CLASSES,
        super::option::THROTTLE_SCOPE,
        super::option::PARSER_CLASSES,
        super::option::RENDERER_CLASSES,
        super::option::CONTENT_NEGOTIATION_CLASS,
        super::option::VERSIONING_CLASS,
        super::option::METADATA_CLASS,
        super::option::SERIALIZER_CLASS,
        super::option::PAGINATION_CLASS,
        super::option::FILTER_BACKENDS,
        super::option::SEARCH_FIELDS,
        super::option::FILTERSET_FIELDS,
        super::option::ORDERING_FIELDS,
        super::option::ORDERING,
        super::option::HTTP_METHOD_NAMES,
    ];
}

/// The keys of `#[mixin]`.
pub(crate) mod mixin {
    pub(crate) use super::viewset::CRATE;

    pub(crate) const ALL: &[&str] = &[CRATE];
}

/// The keys of `#[action]` beside the options.
pub(crate) mod action {
    pub(crate) const DETAIL: &str = "detail";
    pub(crate) const METHODS: &str = "methods";
    pub(crate) const URL_PATH: &str = "url_path";
    pub(crate) const URL_NAME: &str = "url_name";
    pub(crate) const NAME: &str = "name";
    pub(crate) const SUFFIX: &str = "suffix";
    pub(crate) const DESCRIPTION: &str = "description";

    pub(crate) const ALL: &[&str] = &[
        DETAIL,
        METHODS,
        URL_PATH,
        URL_NAME,
        NAME,
        SUFFIX,
        DESCRIPTION,
        super::option::AUTHENTICATION_CLASSES,
        super::option::PERMISSION_CLASSES,
        super::option::THROTTLE_CLASSES,
        super::option::THROTTLE_SCOPE,
        super::option::PARSER_CLASSES,
        super::option::RENDERER_CLASSES,
        super::option::CONTENT_NEGOTIATION_CLASS,
        super::option::VERSIONING_CLASS,
        super::option::METADATA_CLASS,
        super::option::SERIALIZER_CLASS,
        super::option::PAGINATION_CLASS,
        super::option::FILTER_BACKENDS,
        super::option::SEARCH_FIELDS,
        super::option::FILTERSET_FIELDS,
        super::option::ORDERING_FIELDS,
        super::option::ORDERING,
        super::option::HTTP_METHOD_NAMES,
    ];
}

/// The options that a viewset and an action share.
pub(crate) mod option {
    pub(crate) const AUTHENTICATION_CLASSES: &str = "authentication_classes";
    pub(crate) const PERMISSION_CLASSES: &str = "permission_classes";
    pub(crate) const THROTTLE_CLASSES: &str = "throttle_classes";
    pub(crate) const THROTTLE_SCOPE: &str = "throttle_scope";
    pub(crate) const PARSER_CLASSES: &str = "parser_classes";
    pub(crate) const RENDERER_CLASSES: &str = "renderer_classes";
    pub(crate) const CONTENT_NEGOTIATION_CLASS: &str = "content_negotiation_class";
    pub(crate) const VERSIONING_CLASS: &str = "versioning_class";
    pub(crate) const METADATA_CLASS: &str = "metadata_class";
    pub(crate) const HTTP_METHOD_NAMES: &str = "http_method_names";

    pub(crate) const SERIALIZER_CLASS: &str = "serializer_class";
    pub(crate) const PAGINATION_CLASS: &str = "pagination_class";
    pub(crate) const FILTER_BACKENDS: &str = "filter_backends";
    pub(crate) const SEARCH_FIELDS: &str = "search_fields";
    pub(crate) const FILTERSET_FIELDS: &str = "filterset_fields";
    pub(crate) const ORDERING_FIELDS: &str = "ordering_fields";
    pub(crate) const ORDERING: &str = "ordering";

    /// Words of DRF's for which there is another way here.
    pub(crate) const QUERYSET: &str = "queryset";
    pub(crate) const PAGE_SIZE: &str = "page_size";
}

/// How a field is compared with a value.
pub(crate) mod lookup {
    /// Each lookup with the name of its variant in the runtime.
    pub(crate) const VARIANTS: &[(&str, &str)] = &[
        ("exact", "Exact"),
        ("iexact", "IExact"),
        ("contains", "Contains"),
        ("icontains", "IContains"),
        ("startswith", "StartsWith"),
        ("istartswith", "IStartsWith"),
        ("endswith", "EndsWith"),
        ("iendswith", "IEndsWith"),
        ("regex", "Regex"),
        ("iregex", "IRegex"),
        ("in", "In"),
        ("gt", "Gt"),
        ("gte", "Gte"),
        ("lt", "Lt"),
        ("lte", "Lte"),
        ("range", "Range"),
        ("isnull", "IsNull"),
    ];

    /// Parts of a date, each with the name of its variant.
    pub(crate) const PARTS: &[(&str, &str)] =
        &[("date", "Date"), ("year", "Year"), ("month", "Month"), ("day", "Day")];

    /// How a part is compared if not by `=`, as in `year__gte`; likewise.
    pub(crate) const COMPARED: &[(&str, &str)] =
        &[("gt", "Gt"), ("gte", "Gte"), ("lt", "Lt"), ("lte", "Lte")];

    /// Those that search for a text.
    pub(crate) const SEARCH: &[&str] = &[
        "exact",
        "iexact",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "regex",
        "iregex",
    ];

    /// All of them.
    pub(crate) const ALL: &[&str] = &[
        "exact",
        "iexact",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "regex",
        "iregex",
        "in",
        "gt",
        "gte",
        "lt",
        "lte",
        "range",
        "isnull",
        "date",
        "year",
        "month",
        "day",
    ];
}

/// The keys of `#[field]`.
pub(crate) mod field {
    pub(crate) const READ_ONLY: &str = "read_only";
    pub(crate) const WRITE_ONLY: &str = "write_only";
    pub(crate) const REQUIRED: &str = "required";
    pub(crate) const DEFAULT: &str = "default";
    pub(crate) const ALLOW_NULL: &str = "allow_null";
    pub(crate) const ALLOW_BLANK: &str = "allow_blank";
    pub(crate) const TRIM_WHITESPACE: &str = "trim_whitespace";
    pub(crate) const MIN_LENGTH: &str = "min_length";
    pub(crate) const MAX_LENGTH: &str = "max_length";
    pub(crate) const MIN_VALUE: &str = "min_value";
    pub(crate) const MAX_VALUE: &str = "max_value";
    pub(crate) const EMAIL: &str = "email";
    pub(crate) const URL: &str = "url";
    pub(crate) const SLUG: &str = "slug";
    pub(crate) const CHOICES: &str = "choices";
    pub(crate) const CHILD: &str = "child";
    pub(crate) const RELATED: &str = "related";
    pub(crate) const LABEL: &str = "label";
    pub(crate) const HELP_TEXT: &str = "help_text";
    pub(crate) const REGEX: &str = "regex";
    pub(crate) const INTEGER: &str = "integer";
    pub(crate) const ALLOW_EMPTY: &str = "allow_empty";
    pub(crate) const VALIDATORS: &str = "validators";
    pub(crate) const UNIQUE: &str = "unique";
    pub(crate) const DEFAULT_WITH: &str = "default_with";
    pub(crate) const VALIDATE: &str = "validate";
    pub(crate) const SOURCE: &str = "source";
    pub(crate) const SLUG_RELATED: &str = "slug_related";
    pub(crate) const METHOD: &str = "method";
    pub(crate) const THROUGH: &str = "through";
    pub(crate) const NESTED: &str = "nested";
    pub(crate) const HYPERLINK: &str = "hyperlink";

    pub(crate) const ALL: &[&str] = &[
        READ_ONLY,
        WRITE_ONLY,
        REQUIRED,
        DEFAULT,
        ALLOW_NULL,
        ALLOW_BLANK,
        TRIM_WHITESPACE,
        MIN_LENGTH,
        MAX_LENGTH,
        MIN_VALUE,
        MAX_VALUE,
        EMAIL,
        URL,
        SLUG,
        CHOICES,
        CHILD,
        RELATED,
        LABEL,
        HELP_TEXT,
        UNIQUE,
        REGEX,
        INTEGER,
        ALLOW_EMPTY,
        VALIDATORS,
        VALIDATE,
        DEFAULT_WITH,
        SOURCE,
        SLUG_RELATED,
        METHOD,
        THROUGH,
        NESTED,
        HYPERLINK,
    ];

    /// Words that DRF has, and a type says here.
    pub(crate) const IN_TYPE: &[&str] = &["max_digits", "decimal_places"];
}

/// The keys of `#[viewset]` on a model.
pub(crate) mod model {
    pub(crate) const CONNECTION: &str = "connection";
    pub(crate) const CRATE: &str = "crate";

    pub(crate) const UNIQUE_TOGETHER: &str = "unique_together";
    pub(crate) const VALIDATE: &str = "validate";
    pub(crate) use super::option::{FILTERSET_FIELDS, ORDERING, ORDERING_FIELDS, SEARCH_FIELDS};

    pub(crate) const ALL: &[&str] = &[
        CONNECTION,
        CRATE,
        ORDERING,
        UNIQUE_TOGETHER,
        VALIDATE,
        SEARCH_FIELDS,
        FILTERSET_FIELDS,
        ORDERING_FIELDS,
    ];
}

/// The keys of `#[serializer]`.
pub(crate) mod serializer {
    pub(crate) const CRATE: &str = "crate";
    pub(crate) const MODEL: &str = "model";
    pub(crate) const VALIDATE: &str = "validate";

    pub(crate) const ALL: &[&str] = &[MODEL, VALIDATE, CRATE];
}

/// The names of our attributes, matched by the last segment of their path.
pub(crate) const ACTION: &str = "action";
/// See [`ACTION`].
pub(crate) const MAPPING: &str = "mapping";

/// The HTTP methods, as `methods` and `#[mapping]` name them.
pub(crate) const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// A standard action: its name, and whether its URL names one object.
pub(crate) struct Standard {
    pub(crate) name: &'static str,
    pub(crate) detail: bool,
}

/// The actions that a router knows without `#[action]`.
pub(crate) const STANDARD_ACTIONS: &[Standard] = &[
    Standard { name: "list", detail: false },
    Standard { name: "create", detail: false },
    Standard { name: "retrieve", detail: true },
    Standard { name: "update", detail: true },
    Standard { name: "partial_update", detail: true },
    Standard { name: "destroy", detail: true },
];

/// The standard action called `name`.
pub(crate) fn standard_action(name: &str) -> Option<&'static Standard> {
    STANDARD_ACTIONS.iter().find(|action| action.name == name)
}

/// The trait of every viewset.
pub(crate) const VIEW_SET: &str = "ViewSet";
/// The trait of a viewset with a model.
pub(crate) const GENERIC_VIEW_SET: &str = "GenericViewSet";

/// The mixins of a viewset with a model that names none, in the order of their tables.
pub(crate) const MODEL_MIXINS: &[&str] = &[
    "CreateModelMixin",
    "RetrieveModelMixin",
    "UpdateModelMixin",
    "DestroyModelMixin",
    "ListModelMixin",
];

/// The hooks, each with the trait that it overrides a method of.
pub(crate) const HOOKS: &[(&str, &str)] = &[
    ("get_parsers", VIEW_SET),
    ("get_authenticators", VIEW_SET),
    ("get_content_negotiator", VIEW_SET),
    ("get_renderers", VIEW_SET),
    ("get_permissions", VIEW_SET),
    ("get_throttles", VIEW_SET),
    ("get_view_name", VIEW_SET),
    ("get_view_description", VIEW_SET),
    ("handle_exception", VIEW_SET),
    ("finalize_response", VIEW_SET),
    ("get_queryset", GENERIC_VIEW_SET),
    ("filter_queryset", GENERIC_VIEW_SET),
    ("get_object", GENERIC_VIEW_SET),
    ("get_serializer_class", GENERIC_VIEW_SET),
    ("paginate_queryset", GENERIC_VIEW_SET),
    ("get_paginated_response", GENERIC_VIEW_SET),
    ("perform_create", "CreateModelMixin"),
    ("get_success_headers", "CreateModelMixin"),
    ("perform_update", "UpdateModelMixin"),
    ("perform_destroy", "DestroyModelMixin"),
];

/// Hooks of DRF's that a later version will have.
pub(crate) const LATER_HOOKS: &[&str] = &[
    "initial",
    "check_permissions",
    "check_object_permissions",
    "check_throttles",
    "get_serializer",
    "get_serializer_context",
];

/// The hook that `name` is a slip of the pen away from.
pub(crate) fn nearly_a_hook(name: &str) -> Option<&'static str> {
    HOOKS.iter().map(|(hook, _)| *hook).find(|hook| distance(name, hook) == 1)
}

/// The trait that the hook called `name` belongs to.
pub(crate) fn hook_trait(name: &str) -> Option<&'static str> {
    HOOKS.iter().find(|(hook, _)| *hook == name).map(|(_, of)| *of)
}

/// Types that come from a URL kwarg and are no extractors.
pub(crate) const KWARG_TYPES: &[&str] = &[
    "bool",
    "char",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "f32",
    "f64",
    "str",
    "String",
    "Uuid",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
];

/// ``expected one of `a`, `b` ``, the word nearest to `word` first.
pub(crate) fn expected_one_of(word: &str, known: &[&str]) -> String {
    let nearest = known.iter().enumerate().min_by_key(|(_, other)| distance(word, other));
    let first = nearest.map_or(0, |(index, _)| index);
    let rest = known.iter().enumerate().filter(|(index, _)| *index != first);
    let list: Vec<String> = known
        .get(first)
        .into_iter()
        .chain(rest.map(|(_, other)| other))
        .map(|other| format!("`{other}`"))
        .collect();
    match list.as_slice() {
        [] => String::from("nothing is expected here"),
        [only] => format!("expected {only}"),
        _ => format!("expected one of {}", list.join(", ")),
    }
}

/// How many letters have to be added, removed, changed or swapped with their neighbour to make
/// one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
