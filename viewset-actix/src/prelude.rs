//! `use viewset_actix::prelude::*;` — what the source of an API names.
//!
//! Of diesel it has what models and querysets need. To run statements of your own, add
//! `use viewset_actix::RunQueryDsl;` (diesel-async's) where you do: it gives `load`, `first` and `execute` to every
//! type, so it is not for a prelude.

pub use crate::routers::{
    DefaultRouter, DynamicRoute, MountView, Route, Router, Serve, SimpleRouter,
};
#[cfg(feature = "session")]
pub use crate::session::{self, SessionAuthentication, SessionUser};
#[cfg(feature = "passwords")]
pub use viewset_core::authentication::passwords::make_password;
pub use viewset_core::authentication::{
    AuthToken, AuthUser, Authentication, Authenticators, BearerAuthentication, BearerToken,
    Credentials, TokenAuthentication,
};
#[cfg(feature = "passwords")]
pub use viewset_core::authentication::{BasicAuthentication, PasswordUser, authenticate};
pub use viewset_core::data::{FormData, UploadedFile};
pub use viewset_core::diesel::{Db, Input, Model, Query};
#[cfg(feature = "mysql")]
pub use viewset_core::diesel::{MysqlConn, MysqlDb};
#[cfg(feature = "postgres")]
pub use viewset_core::diesel::{PgConn, PgDb};
#[cfg(feature = "sqlite")]
pub use viewset_core::diesel::{SqliteConn, SqliteDb};
pub use viewset_core::error::{Error, ErrorDetail, Result};
pub use viewset_core::extractors::{FromRequest, State, Validated};
pub use viewset_core::filters::{DjangoFilterBackend, FilterBackend, OrderingFilter, SearchFilter};
pub use viewset_core::generics::{self, GenericViewSet};
pub use viewset_core::mixins::{
    BulkModelMixin, CreateModelMixin, DestroyModelMixin, ListModelMixin, RetrieveModelMixin,
    UpdateModelMixin,
};
pub use viewset_core::pagination::{
    CursorPagination, KeysetPagination, LimitOffsetPagination, Page, PageNumberPagination,
    Pagination, Plan,
};
pub use viewset_core::parsers::{FormParser, JsonParser, MultiPartParser, Parser, Parsers};
pub use viewset_core::permissions::{
    AllowAny, DjangoModelPermissions, DjangoModelPermissionsOrAnonReadOnly,
    DjangoObjectPermissions, IsAdminUser, IsAuthenticated, IsAuthenticatedOrReadOnly,
    ObjectPermission, Permission, Permissions,
};
pub use viewset_core::renderers::{
    Data, JsonRenderer, PlainTextRenderer, PrettyJsonRenderer, RawJson, Renderer, Renderers,
};
pub use viewset_core::request::{Payload, Request, RequestHead};
pub use viewset_core::response::{IntoResponse, Response};
pub use viewset_core::serializers::{
    Context, ModelSerializer, Serializer as _, SerializerClass, Value,
};
pub use viewset_core::throttling::{
    AnonRateThrottle, Decision, Rate, ScopedRateThrottle, SimpleRateThrottle, Throttle, Throttles,
    UserRateThrottle,
};
pub use viewset_core::verb::Verb;
pub use viewset_core::versioning::{
    AcceptHeaderVersioning, HostNameVersioning, NamespaceVersioning, QueryParameterVersioning,
    UrlPathVersioning, Versioning,
};
pub use viewset_core::viewsets::{ModelViewSet, ReadOnlyModelViewSet, ViewSet};

pub use viewset_core::{ModelViewSet, Serializer, action, mapping, mixin, viewset};
pub use viewset_core::{authenticators, parsers, permissions, renderers, throttles};

pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
pub use diesel::prelude::{
    AsChangeset, Associations, BelongingToDsl, BoolExpressionMethods, ExpressionMethods,
    Identifiable, Insertable, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, QueryableByName, Selectable, SelectableHelper, TextExpressionMethods,
};
pub use diesel_migrations::{EmbeddedMigrations, embed_migrations};
pub use http::{HeaderMap, HeaderValue, StatusCode};
pub use serde::Serialize;
pub use serde_json::json;
