#pragma once

#include <boost/circular_buffer.hpp>
#include <cstddef>

namespace millrace::storage {

/// A queue in one piece of memory. It doubles when it is full and shrinks when two thirds are empty, and
/// allocates nothing in between (std::deque takes 600 bytes when empty, and allocates every few elements).
/// Random access iterators, which any change invalidates. Do not use one that was moved from.
template <class T>
class Ring : private boost::circular_buffer_space_optimized<T> {
    using Base = boost::circular_buffer_space_optimized<T>;

  public:
    /// Room for `kept` elements stays also when it is empty.
    explicit Ring(std::size_t kept = 0) : Base(typename Base::capacity_type{Base{}.max_size(), kept}) {}

    using Base::back;
    using Base::begin;
    using Base::clear;
    using Base::empty;
    using Base::end;
    using Base::front;
    using Base::operator[];
    using Base::pop_front;
    using Base::push_back;
    using Base::push_front;
    using Base::size;
    using typename Base::const_iterator;
    using typename Base::value_type;
};

}  // namespace millrace::storage
