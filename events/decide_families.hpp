#pragma once
#include <tl/expected.hpp>

#include "events/decide.hpp"

/// One overload a command; `decide` dispatches to them and nobody else calls them.
namespace almanac::events {

using Decided = tl::expected<Decision, Rejection>;

// decide_create.cpp
Decided decide_one(const View& view, const CreateUserModel& command, const Circumstances& at);
Decided decide_one(const View& view, const CreateSystemModel& command, const Circumstances& at);
// decide_change.cpp
Decided decide_one(const View& view, const ChangeModel& command, const Circumstances& at);
// decide_lifecycle.cpp
Decided decide_one(const View& view, const DeprecateModel& command, const Circumstances& at);
Decided decide_one(const View& view, const RestoreModel& command, const Circumstances& at);
Decided decide_one(const View& view, const ReachEndOfLife& command, const Circumstances& at);
// decide_delete.cpp
Decided decide_one(const View& view, const DeleteModel& command, const Circumstances& at);
// decide_price.cpp
Decided decide_one(const View& view, const RepriceModel& command, const Circumstances& at);
Decided decide_one(const View& view, const CancelReprice& command, const Circumstances& at);
// decide_import.cpp
Decided decide_one(const View& view, const ImportCatalog& command, const Circumstances& at);
// decide_revert.cpp
Decided decide_one(const View& view, const RevertImport& command, const Circumstances& at);

}  // namespace almanac::events
