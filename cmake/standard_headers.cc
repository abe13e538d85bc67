// Carries the precompiled standard headers (cmake/options.cmake).
