#pragma once

#include <cstddef>

// AWS's limits of Parameter Store, as its documentation gives them.
namespace millrace::ssm {

inline constexpr std::size_t kParametersMax = 10'000;  ///< of an account in a region
inline constexpr std::size_t kStandardValueCharsMax = 4'096;
inline constexpr std::size_t kAdvancedValueCharsMax = 8'192;
inline constexpr std::size_t kNameCharsMax = 1'011;  ///< with everything before it in the ARN
inline constexpr std::size_t kLevelsMax = 15;        ///< of a hierarchy
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kPageOfPathDefault = 10;
inline constexpr std::size_t kPageOfDescriptionsDefault = 50;

}  // namespace millrace::ssm
